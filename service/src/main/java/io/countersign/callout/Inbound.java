// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.trace.Trace;
import java.time.Instant;
import java.util.List;

/**
 * One message as it came from the callout subject: nothing of it is trusted yet.
 *
 * @param serverXKeys values of the {@code Nats-Server-Xkey} header; a genuine sealed request has
 *     exactly one, a clear one none
 * @param answerable false when the message carries no reply subject
 * @param arrived wall clock, for entries and expiry
 * @param arrivedNanos {@link System#nanoTime()} at arrival, for the deadline
 * @param trace where its stages are told
 */
public record Inbound(
        byte[] payload,
        List<String> serverXKeys,
        boolean answerable,
        Instant arrived,
        long arrivedNanos,
        Trace trace) {
    public Inbound {
        serverXKeys = List.copyOf(serverXKeys);
    }

    /** One that nobody traces. */
    public Inbound(
            byte[] payload,
            List<String> serverXKeys,
            boolean answerable,
            Instant arrived,
            long arrivedNanos) {
        this(payload, serverXKeys, answerable, arrived, arrivedNanos, Trace.NONE);
    }
}
