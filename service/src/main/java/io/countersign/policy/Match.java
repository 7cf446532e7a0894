// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * Whether a condition holds. {@link #UNKNOWN} is for what could not be told (no address, a kind of
 * connection that we do not know); it always counts against the client: a grant takes it as no, a
 * denying rule as yes.
 */
public enum Match {
    YES,
    NO,
    UNKNOWN;

    static Match of(boolean holds) {
        return holds ? YES : NO;
    }

    /** All of them together: one no is no, else one unknown is unknown. */
    Match and(Match other) {
        if (this == NO || other == NO) {
            return NO;
        }
        return this == YES && other == YES ? YES : UNKNOWN;
    }
}
