// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.crypto.NKey;
import io.countersign.protocol.Deadline;
import java.time.Instant;

/** Finds the sessions that this service granted, on whichever instance. Thread-safe. */
@FunctionalInterface
public interface SessionLookup {
    /**
     * Asks whether we let this connection in.
     *
     * @param server the server's id key, new at every start of it
     * @param cid connection id on that server; never used twice there
     */
    Answer find(NKey server, long cid, Deadline deadline);

    /** What could be found out. */
    sealed interface Answer {}

    /**
     * We let this connection in.
     *
     * @param identity as proven then
     * @param host the client's address then, as in {@code client_info.host}
     * @param expires when the session that was granted ends
     */
    record Granted(Identity identity, String host, Instant expires) implements Answer {}

    /** Every instance was asked and none let it in. */
    record Unknown() implements Answer {}

    /** Not every instance could be asked, so the session may still be ours. */
    record Unreachable(String detail) implements Answer {}
}
