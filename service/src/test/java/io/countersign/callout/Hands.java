// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A machine with a clock that people set and one that they cannot; both stand still until they are
 * told otherwise.
 */
final class Hands extends Clock {
    private volatile Instant now;
    private final AtomicLong nanos = new AtomicLong();

    Hands(Instant now) {
        this.now = now;
    }

    /** Time goes by. */
    void pass(Duration time) {
        now = now.plus(time);
        nanos.addAndGet(time.toNanos());
    }

    /** Somebody sets the clock. */
    void set(Instant time) {
        now = time;
    }

    /** The one that nobody sets. */
    long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
