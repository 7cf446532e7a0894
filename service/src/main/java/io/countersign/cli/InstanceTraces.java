// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.NatsConfig;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.TelemetryConfig;
import io.countersign.config.TlsFiles;
import io.countersign.telemetry.Meters;
import io.countersign.telemetry.OtlpTraces;
import io.countersign.trace.Traces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces of an instance's decisions; without a collector in the configuration there are none. */
record InstanceTraces(Optional<OtlpTraces> recording) implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceTraces.class);

    /**
     * Begins to record if the configuration says so.
     *
     * @throws IOException if a file of TLS or the token cannot be read
     */
    static InstanceTraces start(ServiceConfig config, Secrets secrets, Meters meters)
            throws IOException {
        Optional<TelemetryConfig.Traces> wanted = config.telemetry().traces();
        if (wanted.isEmpty()) {
            return new InstanceTraces(Optional.empty());
        }
        Optional<SecretSource> token = wanted.get().token();
        if (token.isPresent()) {
            Arrays.fill(secrets.bytes(token.get()), (byte) 0); // it must be there at the start
        }
        OtlpTraces traces =
                OtlpTraces.start(
                        new OtlpTraces.Settings(
                                wanted.get().endpoint(),
                                wanted.get().oneIn(),
                                context(wanted.get().tls(), secrets),
                                () -> token.map(it -> word(it, secrets)).orElse("")),
                        new OtlpTraces.Origin(
                                config.cluster(), config.instance(), Build.version()));
        traces.showIn(meters);
        return new InstanceTraces(Optional.of(traces));
    }

    private static Optional<SSLContext> context(Optional<NatsConfig.Tls> tls, Secrets secrets)
            throws IOException {
        return tls.isPresent()
                ? Optional.of(TlsFiles.context(tls.get(), secrets))
                : Optional.empty();
    }

    /** Read anew, because such tokens are changed; without it the collector refuses. */
    private static String word(SecretSource source, Secrets secrets) {
        try {
            byte[] bytes = secrets.bytes(source);
            try {
                return new String(bytes, StandardCharsets.UTF_8).strip();
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (IOException e) {
            log.warn("the token for spans cannot be read: {}", e.getClass().getSimpleName());
            return "";
        }
    }

    Traces traces() {
        return recording.<Traces>map(it -> it).orElse(Traces.OFF);
    }

    @Override
    public void close() {
        recording.ifPresent(OtlpTraces::close);
    }
}
