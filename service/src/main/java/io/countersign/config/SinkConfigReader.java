// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code audit.sinks}. */
final class SinkConfigReader {
    private static final String ONE_TARGET = "(expected: one of file, syslog and webhook)";
    private static final int SYSLOG_TLS = 6514; // RFC 5425, 4.1
    private static final int SYSLOG_TCP = 601; // RFC 3195, what servers listen on for TCP
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Folder folder;
    private final SecretReader secrets;
    private final TlsReader tls;

    SinkConfigReader(Folder folder, SecretReader secrets) {
        this.folder = folder;
        this.secrets = secrets;
        this.tls = new TlsReader(folder, secrets);
    }

    List<SinkConfig> read(ConfigReader list) {
        List<SinkConfig> sinks = new ArrayList<>();
        Map<String, ConfigReader> names = new HashMap<>();
        for (ConfigReader at : list.items()) {
            ConfigReader name = at.key("name");
            name.text()
                    .map(text -> names.putIfAbsent(text, name))
                    .ifPresent(other ->
                            name.refuseValue("is " + other.place() + " as well (expected: once)"));
            sink(at).ifPresent(sinks::add);
        }
        return sinks;
    }

    private Optional<SinkConfig> sink(ConfigReader at) {
        List<String> targets =
                List.of("file", "syslog", "webhook").stream()
                        .filter(key -> at.key(key).isPresent())
                        .toList();
        if (targets.size() > 1 || (targets.isEmpty() && at.isSound())) {
            at.refuse((targets.isEmpty() ? "no target " : "several targets ") + ONE_TARGET);
        }
        if (targets.size() != 1) {
            return Optional.empty();
        }
        SinkConfig.Format format =
                at.key("format").word(SinkConfig.Format.class, SinkConfig.Format.JSONL);
        Optional<SinkConfig.Target> target =
                switch (targets.getFirst()) {
                    case "file" -> file(at);
                    case "syslog" -> syslog(at);
                    default -> webhook(at);
                };
        return target.flatMap(to ->
                at.build(() -> new SinkConfig(at.key("name").text().orElseThrow(), format, to)));
    }

    private Optional<SinkConfig.Target> file(ConfigReader at) {
        refuse(at, "is not for a file", "token", "tls");
        Optional<Path> file = at.key("file").file(folder);
        long maxBytes = at.key("max-bytes").size(100L << 20, 1 << 10, 1L << 40);
        int keep = at.key("keep").integer(10);
        return file.map(path -> new SinkConfig.ToFile(path, maxBytes, keep));
    }

    private Optional<SinkConfig.Target> syslog(ConfigReader at) {
        refuse(at, "is for a file only", "max-bytes", "keep");
        refuse(at, "is for a webhook only", "token");
        ConfigReader place = at.key("syslog");
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        return place.value(SinkConfigReader::url)
                .filter(url -> isFit(at, place, url, "tls"))
                .map(url -> {
                    boolean secured = url.getScheme().equals("tls");
                    int usual = secured ? SYSLOG_TLS : SYSLOG_TCP;
                    return new SinkConfig.ToSyslog(
                            url.getHost().replaceAll("[\\[\\]]", ""),
                            url.getPort() < 0 ? usual : url.getPort(),
                            secured,
                            security);
                });
    }

    private Optional<SinkConfig.Target> webhook(ConfigReader at) {
        refuse(at, "is for a file only", "max-bytes", "keep");
        ConfigReader place = at.key("webhook");
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        Optional<SecretSource> token = secrets.read(at.key("token"));
        return place.value(SinkConfigReader::url)
                .filter(url -> isFit(at, place, url, "https"))
                .map(url -> new SinkConfig.ToWebhook(url, security, token));
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65_535) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Its message repeats the text.
        }
        throw new IllegalArgumentException("(expected: a URL with a host and perhaps a port)");
    }

    /** Entries name people; without TLS they stay on this machine. */
    private static boolean isFit(ConfigReader at, ConfigReader place, URI url, String secured) {
        if (url.getScheme().equals(secured)) {
            return true;
        }
        refuse(at, "without " + secured + ":// there is no TLS", "tls");
        if (!LOOPBACK.contains(url.getHost())) {
            place.refuseValue("is not on this machine (expected: " + secured + "://)");
            return false;
        }
        return true;
    }

    private static void refuse(ConfigReader at, String why, String... keys) {
        for (String key : keys) {
            if (at.key(key).isSound()) {
                at.key(key).refuse(why + " (expected: not there)");
            }
        }
    }
}
