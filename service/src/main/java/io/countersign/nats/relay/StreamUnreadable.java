// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The audit stream cannot be read: no connection, no stream, no permission. */
public final class StreamUnreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private StreamUnreadable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static StreamUnreadable silentFor(Duration time) {
        return new StreamUnreadable(
                "stream %s: nothing came for %s".formatted(AuditStream.NAME, time), null);
    }

    static StreamUnreadable because(Exception cause) {
        return new StreamUnreadable(
                "stream %s: %s".formatted(AuditStream.NAME, cause.getMessage()), cause);
    }
}
