// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a user of a server's configuration may do, in our words: an empty allow list allows nothing.
 *
 * @param responses replies to what it received, beyond {@code publish}
 */
public record Rights(Side publish, Side subscribe, Optional<Responses> responses) {
    /** Without permissions a server allows everything in the account. */
    static final Rights ALL = new Rights(Side.ALL, Side.ALL, Optional.empty());

    /** Denied subjects win. */
    public record Side(List<String> allow, List<String> deny) {
        static final Side ALL = new Side(List.of(">"), List.of());

        public Side {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /**
     * Replies to messages that were received.
     *
     * @param max so many for each message, -1 for no limit
     * @param within so long after it
     */
    public record Responses(int max, Duration within) {}
}
