// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReplayGuardTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration VALIDITY = Duration.ofSeconds(70);

    /** Stands still until it is told otherwise. */
    private static final class Hands extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void forward(Duration time) {
            now = now.plus(time);
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

    private final Hands clock = new Hands();

    private static NKey key() {
        return Seed.generate(NKeyType.USER, RANDOM).publicKey();
    }

    @Test
    void isFirst_sameKeyAgain_isFalseForAsLongAsARequestIsGood() {
        ReplayGuard guard = new ReplayGuard(clock, VALIDITY);
        NKey key = key();
        assertThat(guard.isFirst(key)).isTrue();
        for (int second = 0; second <= VALIDITY.toSeconds(); second++) {
            assertThat(guard.isFirst(key)).as("after %d s", second).isFalse();
            clock.forward(Duration.ofSeconds(1));
        }
    }

    @Test
    void isFirst_keyOfLongAgo_isForgotten() {
        ReplayGuard guard = new ReplayGuard(clock, VALIDITY);
        NKey key = key();
        guard.isFirst(key);
        for (int turn = 0; turn < 2; turn++) {
            clock.forward(VALIDITY.plusSeconds(1));
            guard.isFirst(key());
        }
        assertThat(guard.isFirst(key)).isTrue();
    }

    @Test
    void isFirst_moreKeysThanItHolds_remembersTheLast() {
        ReplayGuard guard = new ReplayGuard(clock, VALIDITY, 100);
        for (int i = 0; i < 1000; i++) {
            guard.isFirst(key());
        }
        NKey[] last = new NKey[100];
        for (int i = 0; i < last.length; i++) {
            last[i] = key();
            assertThat(guard.isFirst(last[i])).isTrue();
        }
        for (NKey each : last) {
            assertThat(guard.isFirst(each)).isFalse();
        }
    }

    @Test
    void isFirst_sameKeyAtOnceWhileThePageTurns_isNeverTrueTwice() throws Exception {
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 3000; i++) {
                ReplayGuard guard = new ReplayGuard(clock, VALIDITY);
                NKey key = key();
                CyclicBarrier barrier = new CyclicBarrier(2);
                clock.forward(VALIDITY);
                Callable<Boolean> early =
                        () -> {
                            barrier.await();
                            return guard.isFirst(key);
                        };
                Callable<Boolean> late =
                        () -> {
                            barrier.await();
                            clock.forward(Duration.ofSeconds(1));
                            return guard.isFirst(key);
                        };
                Future<Boolean> a = two.submit(early);
                Future<Boolean> b = two.submit(late);
                assertThat(a.get() && b.get()).isFalse();
            }
        }
    }
}
