// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.Optional;

/**
 * Limits of an account; −1 is none, 0 is "nothing". JetStream needs limits of its own to be on.
 *
 * @param connections clients at a time
 * @param leafNodes leaf node connections at a time
 * @param subscriptions per connection
 * @param payload bytes per message
 * @param disallowBearer user JWTs without a signed nonce are refused
 */
public record AccountLimits(
        long connections,
        long leafNodes,
        long subscriptions,
        long payload,
        boolean disallowBearer,
        Optional<JetStream> jetStream) {
    /** As nsc makes accounts: no limit at all, no JetStream. */
    public static final AccountLimits NONE =
            new AccountLimits(-1, -1, -1, -1, false, Optional.empty());

    /**
     * JetStream limits; −1 is none.
     *
     * @param memoryBytes in all memory streams
     * @param diskBytes in all file streams
     */
    public record JetStream(long memoryBytes, long diskBytes, long streams, long consumers) {
        /** As much as the servers have. */
        public static final JetStream UNLIMITED = new JetStream(-1, -1, -1, -1);
    }

    public AccountLimits withJetStream(JetStream limits) {
        return new AccountLimits(
                connections,
                leafNodes,
                subscriptions,
                payload,
                disallowBearer,
                Optional.of(limits));
    }
}
