// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the trail of an instance was read and verified.
 *
 * @param entries how many places of the log are known
 * @param verified how many of them the newest checkpoint that fits covers
 * @param heard when the last of it came; the epoch if it was never heard of
 * @param gap which entries are missing; empty if none are
 * @param broken what is not as it was written; empty if all is
 * @param witnessed up to where a witness that is known signed it; empty if none did
 */
public record TrailState(
        String instance,
        String log,
        long entries,
        long verified,
        Instant heard,
        String gap,
        String broken,
        Optional<Witnessed> witnessed) {
    /**
     * The newest checkpoint that somebody else signed, too: not even its own instance could change
     * what it covers unseen.
     *
     * @param entries how many it covers
     * @param by the name of the witness's key
     * @param at when, by the witness's own clock
     */
    public record Witnessed(long entries, String by, Instant at) {}

    /** A log in a word; the worst that applies. */
    public enum Condition {
        BROKEN,
        GAP,
        SILENT,
        BEHIND,
        VERIFIED
    }

    /**
     * In a word.
     *
     * @param silence how long nothing may come before it is called silent
     */
    public Condition condition(Instant now, Duration silence) {
        if (!broken.isEmpty()) {
            return Condition.BROKEN;
        }
        if (!gap.isEmpty()) {
            return Condition.GAP;
        }
        if (heard.plus(silence).isBefore(now)) {
            return Condition.SILENT;
        }
        return verified < entries ? Condition.BEHIND : Condition.VERIFIED;
    }
}
