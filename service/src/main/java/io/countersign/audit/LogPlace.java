// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * How far somebody has read a log that is a sequence of entries and checkpoints.
 *
 * @param next the entry that comes next
 * @param noted whether the checkpoint of exactly {@code next} entries, if there is one, was read
 */
public record LogPlace(long next, boolean noted) {
    /** Nothing read yet. */
    public static final LogPlace START = new LogPlace(0, true);

    public LogPlace {
        if (next < 0) {
            throw new IllegalArgumentException("next: " + next + " (expected: >= 0)");
        }
    }
}
