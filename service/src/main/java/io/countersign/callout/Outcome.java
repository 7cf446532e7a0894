// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.policy.Reason;

/** What becomes of a request. Readers switch over it without a default. */
public sealed interface Outcome {
    /** The client gets in, once the server has this answer. */
    record Allowed(byte[] answer) implements Outcome {}

    /** The client is refused by this signed answer. */
    record Refused(byte[] answer, Reason reason) implements Outcome {}

    /**
     * No reply: the request is not provably a server's, or we are at fault (design, decision 5).
     */
    record Dropped(Reason reason) implements Outcome {}
}
