// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.NKey;
import io.countersign.protocol.Deadline;

/**
 * Tells whether a server id belongs to a server of ours. Server keys are self-asserted, so a good
 * signature alone does not say so (reference 1.5; design, decision 17).
 */
@FunctionalInterface
public interface KnownServers {
    /** For set-ups without system credentials: every signed request is taken. */
    KnownServers ANY = (server, deadline) -> true;

    /** False also when it could not be found out in time. May block up to the deadline. */
    boolean isKnown(NKey server, Deadline deadline);
}
