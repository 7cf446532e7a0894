// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.policy.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this instance has done since it started: the numbers behind {@code $SRV.STATS} and the
 * metrics. Thread-safe.
 */
public final class Tally {
    private final LongAdder requests = new LongAdder();
    private final LongAdder allowed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final Map<Reason, LongAdder> byReason = new EnumMap<>(Reason.class);

    /** Starts at zero. */
    public Tally() {
        for (Reason reason : Reason.values()) {
            byReason.put(reason, new LongAdder());
        }
    }

    /** Counts one finished request and the time from its arrival to its end. */
    public void count(Outcome outcome, Duration took) {
        requests.increment();
        nanos.add(took.toNanos());
        switch (outcome) {
            case Outcome.Allowed a -> allowed.increment();
            case Outcome.Refused(var answer, var reason) -> {
                refused.increment();
                adder(reason).increment();
            }
            case Outcome.Dropped(var reason) -> {
                dropped.increment();
                adder(reason).increment();
            }
        }
    }

    private LongAdder adder(Reason reason) {
        return byReason.computeIfAbsent(reason, r -> new LongAdder());
    }

    /** The numbers as they stand. */
    public Snapshot snapshot() {
        Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
        byReason.forEach((reason, adder) -> {
            if (adder.sum() > 0) {
                reasons.put(reason, adder.sum());
            }
        });
        return new Snapshot(
                requests.sum(),
                allowed.sum(),
                refused.sum(),
                dropped.sum(),
                Duration.ofNanos(nanos.sum()),
                reasons);
    }

    /**
     * Numbers at one moment.
     *
     * @param dropped requests that got no reply
     * @param processing total time from arrival to end
     * @param reasons count per reason that occurred
     */
    public record Snapshot(
            long requests,
            long allowed,
            long refused,
            long dropped,
            Duration processing,
            Map<Reason, Long> reasons) {
        public Snapshot {
            reasons = Map.copyOf(reasons);
        }
    }
}
