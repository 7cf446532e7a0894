// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether the source can be read, and how far behind it the index is: who feeds the index says so,
 * and pages tell it. Thread-safe.
 */
public final class Reading {
    /** What is less behind than that is on its way. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final Clock clock;
    private volatile State state = new State.Current();

    public Reading(Clock clock) {
        this.clock = clock;
    }

    /** How it is. */
    public sealed interface State {
        /** Everything is there. */
        record Current() implements State {}

        /** There is more than was read. */
        record Behind(Instant upTo) implements State {}

        /** Nothing can be read. */
        record Lost(Instant since, String why) implements State {}
    }

    public State state() {
        return state;
    }

    /** Everything was read. */
    public void current() {
        state = new State.Current();
    }

    /** The source has more; what was read last is of this time. */
    public void behind(Instant upTo) {
        state =
                Duration.between(upTo, clock.instant()).compareTo(LATE) < 0
                        ? new State.Current()
                        : new State.Behind(upTo);
    }

    /** The source cannot be read; since when is kept. */
    public void lost(String why) {
        state =
                new State.Lost(
                        state instanceof State.Lost(var since, _) ? since : clock.instant(), why);
    }
}
