// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import java.time.Duration;

/**
 * How keys of an issuer are fetched.
 *
 * @param refresh how old they get before they are fetched anew, while in use
 * @param pause least time between two fetches
 * @param keep how long they are used while none can be fetched
 */
public record KeyTimes(Duration refresh, Duration pause, Duration keep) {
    public static final KeyTimes DEFAULT =
            new KeyTimes(Duration.ofMinutes(15), Duration.ofSeconds(10), Duration.ofHours(24));

    public KeyTimes {
        if (!refresh.isPositive() || !pause.isPositive() || !keep.isPositive()) {
            throw new IllegalArgumentException(
                    "times: %s, %s, %s (expected: > 0)".formatted(refresh, pause, keep));
        }
    }
}
