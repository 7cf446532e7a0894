// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A system that gets the entries of the trail.
 *
 * @param name unique in the file
 */
public record SinkConfig(String name, Format format, Target target) {
    /** How an entry is written. */
    public enum Format {
        /** The entries themselves, one JSON object a line. */
        JSONL,
        /** OCSF 1.8 Authentication, decisions only. */
        OCSF
    }

    /** Where entries go. */
    public sealed interface Target {}

    /**
     * A file that is rotated.
     *
     * @param keep files of before
     */
    public record ToFile(Path file, long maxBytes, int keep) implements Target {}

    /**
     * A syslog server.
     *
     * @param secured TLS; otherwise plain TCP, to loopback only
     * @param tls empty for the authorities of the Java runtime
     */
    public record ToSyslog(String host, int port, boolean secured, Optional<NatsConfig.Tls> tls)
            implements Target {}

    /**
     * An HTTP server.
     *
     * @param tls empty for the authorities of the Java runtime
     * @param token shown as bearer token
     */
    public record ToWebhook(URI url, Optional<NatsConfig.Tls> tls, Optional<SecretSource> token)
            implements Target {}
}
