// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a trail does, for health and metrics. Thread-safe. */
final class TrailGauge {
    private final Clock clock;
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong commitNanos = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong shed = new AtomicLong();
    private final AtomicLong size = new AtomicLong();
    private volatile Optional<Failure> failing = Optional.empty();

    record Failure(Instant since, String why) {}

    TrailGauge(Clock clock, long size) {
        this.clock = clock;
        this.size.set(size);
    }

    void committed(int count, long nanos, long newSize) {
        commits.incrementAndGet();
        commitNanos.addAndGet(nanos);
        entries.addAndGet(count);
        size.set(newSize);
        failing = Optional.empty();
    }

    /** True if it worked before: the moment to say it aloud once. */
    boolean failed(Exception cause) {
        failures.incrementAndGet();
        boolean first = failing.isEmpty();
        if (first) {
            failing = Optional.of(new Failure(clock.instant(), String.valueOf(cause.getMessage())));
        }
        return first;
    }

    void shed() {
        shed.incrementAndGet();
    }

    TrailStatus status(LogOrigin origin, int waiting, long freeBytes, boolean low) {
        Optional<Failure> failure = failing;
        return new TrailStatus(
                origin,
                size.get(),
                waiting,
                entries.get(),
                commits.get(),
                commitNanos.get(),
                failures.get(),
                shed.get(),
                failure.map(Failure::since),
                failure.map(Failure::why).orElse(""),
                freeBytes,
                low);
    }
}
