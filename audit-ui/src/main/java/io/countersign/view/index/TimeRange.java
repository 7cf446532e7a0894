// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;
import java.time.Instant;

/** From one moment to before another. */
public record TimeRange(Instant from, Instant to) {
    /** All that a trail can hold. */
    public static final TimeRange ALL =
            new TimeRange(Instant.EPOCH, Instant.parse("9999-12-31T00:00:00Z"));

    public TimeRange {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "time: %s..%s (expected: start before end)".formatted(from, to));
        }
    }

    /** How long it is. */
    public Duration length() {
        return Duration.between(from, to);
    }
}
