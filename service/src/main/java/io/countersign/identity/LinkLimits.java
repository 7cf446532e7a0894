// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.time.Duration;

/**
 * What one link of the chain may take, and what is remembered of it.
 *
 * @param atOnce questions to the backend at the same time
 * @param time for one question, the wait for a place included
 */
public record LinkLimits(int atOnce, Duration time, Breaking breaking, Keeping keeping) {
    public static final LinkLimits DEFAULT =
            new LinkLimits(32, Duration.ofSeconds(1), Breaking.DEFAULT, Keeping.DEFAULT);

    public LinkLimits {
        if (atOnce < 1 || !time.isPositive()) {
            throw new IllegalArgumentException(
                    "limits: " + atOnce + ", " + time + " (expected: >= 1, > 0)");
        }
    }

    /**
     * When a backend is left alone.
     *
     * @param failures in a row
     * @param pause until it is tried again, with one question
     */
    public record Breaking(int failures, Duration pause) {
        public static final Breaking DEFAULT = new Breaking(5, Duration.ofSeconds(5));

        /** Asks on, whatever comes. */
        public static final Breaking NEVER = new Breaking(Integer.MAX_VALUE, Duration.ofSeconds(1));

        public Breaking {
            if (failures < 1 || !pause.isPositive()) {
                throw new IllegalArgumentException(
                        "breaker: " + failures + ", " + pause + " (expected: >= 1, > 0)");
            }
        }
    }

    /**
     * How long answers are kept. The end of a credential always comes first.
     *
     * @param entries of each kind, yes and no; 0 keeps nothing
     * @param yes how long a yes is given again without asking
     * @param no the same for a no, and for a name that nobody has
     * @param stale how much longer a yes is given while the backend cannot be asked; 0: not at all
     */
    public record Keeping(int entries, Duration yes, Duration no, Duration stale) {
        public static final Keeping DEFAULT =
                new Keeping(10_000, Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ZERO);

        /** Asks every time. */
        public static final Keeping NOTHING =
                new Keeping(0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

        public Keeping {
            if (entries < 0 || yes.isNegative() || no.isNegative() || stale.isNegative()) {
                throw new IllegalArgumentException(
                        "cache: %d, %s, %s, %s (expected: >= 0)"
                                .formatted(entries, yes, no, stale));
            }
        }
    }
}
