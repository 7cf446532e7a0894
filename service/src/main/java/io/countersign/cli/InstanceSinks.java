// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.TrailReader;
import io.countersign.config.NatsConfig;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SinkConfig;
import io.countersign.config.TlsFiles;
import io.countersign.sink.SinkFormat;
import io.countersign.sink.SinkSettings;
import io.countersign.sink.Sinks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Turns the configuration's words about sinks into what the {@code sink} package wants. */
final class InstanceSinks {
    private InstanceSinks() {}

    /** Begins to feed the sinks; their cursors are beside the trail. */
    static Sinks start(ServiceConfig config, Secrets secrets, TrailReader reader, Path directory)
            throws IOException {
        List<SinkSettings> settings = new ArrayList<>();
        for (SinkConfig sink : config.audit().sinks()) {
            settings.add(
                    new SinkSettings(
                            sink.name(), format(sink.format()), target(sink.target(), secrets)));
        }
        return Sinks.start(
                settings,
                reader,
                directory.resolve("sinks"),
                new Sinks.Origin(config.instance(), Build.version()));
    }

    private static SinkFormat format(SinkConfig.Format format) {
        return switch (format) {
            case JSONL -> SinkFormat.JSONL;
            case OCSF -> SinkFormat.OCSF;
        };
    }

    private static SinkSettings.Target target(SinkConfig.Target target, Secrets secrets)
            throws IOException {
        return switch (target) {
            case SinkConfig.ToFile(var file, var maxBytes, var keep) ->
                    new SinkSettings.ToFile(file, maxBytes, keep);
            case SinkConfig.ToSyslog(var host, var port, var secured, var tls) ->
                    new SinkSettings.ToSyslog(
                            host,
                            port,
                            secured ? Optional.of(context(tls, secrets)) : Optional.empty());
            case SinkConfig.ToWebhook(var url, var tls, var token) ->
                    new SinkSettings.ToWebhook(
                            url,
                            tls.isPresent() ? Optional.of(context(tls, secrets)) : Optional.empty(),
                            token.map(source -> () -> word(source, secrets)));
        };
    }

    private static SSLContext context(Optional<NatsConfig.Tls> tls, Secrets secrets)
            throws IOException {
        return TlsFiles.context(
                tls.orElseGet(() -> new NatsConfig.Tls(Optional.empty(), Optional.empty())),
                secrets);
    }

    private static String word(SecretSource source, Secrets secrets) throws IOException {
        byte[] bytes = secrets.bytes(source);
        try {
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
