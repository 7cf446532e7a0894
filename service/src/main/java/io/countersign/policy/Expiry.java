// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a session ends: its length, less a share that differs from connection to connection, and
 * never after the credential. Whole seconds, because the claim is.
 *
 * @param jitterPercent the largest share that is taken off
 */
record Expiry(Duration length, int jitterPercent) {
    /** Steps of the share. */
    private static final int STEPS = 1 << 16;

    /**
     * The end of a session that starts now. The share comes from the connection's key, so that the
     * same question always has the same answer.
     *
     * @return after now; empty if the credential has less than a second left
     */
    Optional<Instant> at(Instant now, String userKey, Optional<Instant> notAfter) {
        if (notAfter.isPresent() && notAfter.get().isBefore(now.plusSeconds(1))) {
            return Optional.empty();
        }
        Instant wanted = now.plus(length).minus(share(userKey));
        Instant end = notAfter.filter(wanted::isAfter).orElse(wanted).truncatedTo(SECONDS);
        // exp = now is accepted and over at once (reference 2.7).
        return Optional.of(end.isAfter(now) ? end : now.truncatedTo(SECONDS).plusSeconds(1));
    }

    private Duration share(String userKey) {
        // Spread the bits: String.hashCode of similar keys is similar.
        int mixed = userKey.hashCode() * 0x9E3779B9;
        int step = mixed >>> 16;
        return Duration.ofMillis(length.toMillis() * jitterPercent / 100 * step / STEPS);
    }
}
