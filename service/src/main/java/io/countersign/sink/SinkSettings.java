// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * One sink.
 *
 * @param name unique for the instance; its cursor has this name
 */
public record SinkSettings(String name, SinkFormat format, Target target) {
    /** Where entries go. */
    public sealed interface Target {}

    /**
     * A file that is rotated.
     *
     * @param maxBytes a file that would get larger than this is put aside
     * @param keep how many that were put aside are kept
     */
    public record ToFile(Path file, long maxBytes, int keep) implements Target {
        public ToFile {
            if (maxBytes < 1 || keep < 1) {
                throw new IllegalArgumentException(
                        "file: %d bytes, %d kept (expected: >= 1)".formatted(maxBytes, keep));
            }
        }
    }

    /**
     * RFC 5424 messages, octet-counted (RFC 5425, RFC 6587).
     *
     * @param tls empty for plain TCP, which is for loopback
     */
    public record ToSyslog(String host, int port, Optional<SSLContext> tls) implements Target {}

    /**
     * POST of JSON lines.
     *
     * @param tls empty for the authorities of the Java runtime
     * @param token asked for at each request, so that it can be exchanged
     */
    public record ToWebhook(URI url, Optional<SSLContext> tls, Optional<BearerToken> token)
            implements Target {}
}
