// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.time.Duration;

/**
 * A point on the monotonic clock by which work must be done.
 *
 * @param nanoTime in terms of {@link System#nanoTime()}
 */
public record Deadline(long nanoTime) {
    public static Deadline after(Duration budget) {
        return new Deadline(System.nanoTime() + budget.toNanos());
    }

    /** Time left; zero when past, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean isPast() {
        return nanoTime - System.nanoTime() <= 0;
    }
}
