// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Stands still until it is moved. */
final class SetClock extends Clock {
    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);

    void forward(Duration by) {
        now.updateAndGet(time -> time.plus(by));
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(now.get());
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
