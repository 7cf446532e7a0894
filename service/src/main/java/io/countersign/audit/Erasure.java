// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;

/**
 * A demand that entries of one person go.
 *
 * @param principal as {@code source:name}; its decisions go, and the verdicts about them
 * @param presented refusals that only claimed this name go too; empty: none
 * @param before entries from then on stay
 * @param by who ordered it
 * @param reference a ticket or the like, not the person's name: it stays in the log
 */
public record Erasure(
        String principal, String presented, Instant before, String by, String reference) {
    public Erasure {
        if (principal.isEmpty() && presented.isEmpty()) {
            throw new IllegalArgumentException("principal: empty (expected: source:name)");
        }
    }

    /** Does not show whom. */
    @Override
    public String toString() {
        return "Erasure[reference=%s, before=%s, by=%s]".formatted(reference, before, by);
    }
}
