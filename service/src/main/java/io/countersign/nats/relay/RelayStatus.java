// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.time.Instant;
import java.util.Optional;

/**
 * How the relay is doing.
 *
 * @param size entries in the log
 * @param relayed entries that the stream has acknowledged, with all before them
 * @param noted whether the stream has a checkpoint over exactly these entries, too
 * @param messages published since start
 * @param failures attempts that failed since start
 * @param failure why nothing is relayed at the moment; empty when all is well
 * @param failingSince since when
 * @param rival another writer of this instance's name that was seen; empty if none was
 */
public record RelayStatus(
        State state,
        long size,
        long relayed,
        boolean noted,
        long messages,
        long failures,
        String failure,
        Optional<Instant> failingSince,
        String rival) {
    /** What it does. */
    public enum State {
        /** Looking for its place in the stream, or for a connection. */
        CONNECTING,
        /** Publishing what comes. */
        RELAYING,
        /** Something failed; it tries again. */
        RETRYING,
        /** The stream and our disk contradict each other: it does not go on. */
        FORKED,
        CLOSED
    }

    /** Entries that only our disk has. */
    public long behind() {
        return Math.max(0, size - relayed);
    }

    /** True if somebody must look after it. */
    public boolean isAlarming() {
        return state == State.FORKED || !rival.isEmpty();
    }
}
