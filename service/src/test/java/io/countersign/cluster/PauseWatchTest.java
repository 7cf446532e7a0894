// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asks after a pause waits for the comparison, and not for ever. */
class PauseWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong millis = new AtomicLong();
    private final AtomicInteger comparisons = new AtomicInteger();
    private final CompletableFuture<Boolean> compared = new CompletableFuture<>();
    private final PauseWatch watch =
            new PauseWatch(
                    limit -> {
                        comparisons.incrementAndGet();
                        return compared.join();
                    },
                    nanos::get,
                    millis::get);

    @AfterEach
    void close() {
        compared.complete(false);
        watch.close();
    }

    private void pass(Duration monotonic, Duration wall) {
        nanos.addAndGet(monotonic.toNanos());
        millis.addAndGet(wall.toMillis());
    }

    @Test
    void awaitCurrent_noPause_returnsAtOnce() {
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofMillis(1900), Duration.ofMillis(1900));
            watch.tick();
            assertThat(watch.awaitCurrent(LIMIT)).isTrue();
        }
        assertThat(comparisons).hasValue(0);
    }

    @Test
    void awaitCurrent_askedBeforeTheWatchWakes_waitsForTheComparison() throws Exception {
        pass(Duration.ofSeconds(3), Duration.ofSeconds(3));
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        Thread.startVirtualThread(() -> asked.complete(watch.awaitCurrent(LIMIT)));
        Wait.until("the comparison begins", LIMIT, () -> comparisons.get() == 1);
        assertThat(asked).isNotDone();
        compared.complete(true);
        assertThat(asked.get()).isTrue();
        assertThat(watch.awaitCurrent(Duration.ZERO)).isTrue();
        assertThat(comparisons).hasValue(1);
    }

    /** A machine that slept: only the clock on the wall went on. */
    @Test
    void tick_onlyTheWallClockJumped_compares() {
        pass(Duration.ofMillis(200), Duration.ofMinutes(5));
        watch.tick();
        assertThat(watch.awaitCurrent(Duration.ofMillis(1))).isFalse();
        compared.complete(true);
        assertThat(watch.awaitCurrent(LIMIT)).isTrue();
    }

    @Test
    void awaitCurrent_nobodyToCompareWith_goesOnAndSaysSoUntilThereIs() {
        pass(Duration.ofSeconds(3), Duration.ofSeconds(3));
        watch.tick();
        pass(PauseWatch.PATIENCE, Duration.ZERO);
        // The time for waiting is over, whatever is left of the question's own.
        assertThat(watch.awaitCurrent(LIMIT)).isFalse();
        compared.complete(true);
        Wait.until("compared", LIMIT, () -> watch.awaitCurrent(Duration.ZERO));
    }
}
