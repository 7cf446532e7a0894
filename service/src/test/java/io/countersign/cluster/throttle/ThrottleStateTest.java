// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.Lockouts;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One key's state by itself, at times that are passed in. */
class ThrottleStateTest {
    private static final long NOW = 1_772_366_400_000L;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final FailureLimit THREE =
            new FailureLimit(
                    3,
                    0,
                    Duration.ofHours(1),
                    new Lockouts(MINUTE, 2, Duration.ofMinutes(5)),
                    true);

    private static ThrottleState fail(ThrottleState state, long now, int times) {
        ThrottleState after = state;
        for (int i = 0; i < times; i++) {
            after = after.failed(now, THREE, 0);
        }
        return after;
    }

    @Test
    void failed_asOftenAsTheRuleSays_locksLongerEachTime() {
        List<Long> minutes = new ArrayList<>();
        ThrottleState state = ThrottleState.NEW;
        long now = NOW;
        for (int i = 0; i < 4; i++) {
            assertThat(fail(state, now, 2).isLocked(now)).isFalse();
            state = fail(state, now, 3);
            minutes.add((state.lockedUntil() - now) / 60_000);
            now = state.lockedUntil();
            assertThat(state.isLocked(now)).isFalse();
        }
        assertThat(minutes).containsExactly(1L, 2L, 4L, 5L);
    }

    @Test
    void failed_whileLocked_changesNothing() {
        ThrottleState locked = fail(ThrottleState.NEW, NOW, 3);
        assertThat(fail(locked, NOW + 10, 50)).isEqualTo(locked);
    }

    @Test
    void at_longAfterTheLastFailureAndLockout_forgets() {
        ThrottleState locked = fail(ThrottleState.NEW, NOW, 3);
        long over = locked.lockedUntil() + Duration.ofHours(1).toMillis();
        assertThat(locked.at(over - 1, THREE).level()).isEqualTo(1);
        assertThat(locked.at(over, THREE)).isEqualTo(ThrottleState.NEW);
        assertThat(fail(ThrottleState.NEW, NOW, 2).at(over, THREE).isIdle(over)).isTrue();
    }

    @Test
    void at_clockJumpedBackADay_keepsALockoutNoLongerThanTheLongest() {
        ThrottleState locked = fail(ThrottleState.NEW, NOW, 3);
        long before = NOW - Duration.ofDays(1).toMillis();
        ThrottleState then = locked.at(before, THREE);
        assertThat(then.lockedUntil()).isEqualTo(before + Duration.ofMinutes(5).toMillis());
        assertThat(then.lastFailure()).isEqualTo(before);
    }

    @Test
    void hasToken_clockJumpedBackADay_comesBackSoon() {
        RateLimit tenASecond = RateLimit.of(10, Duration.ofSeconds(1), 10);
        ThrottleState empty = ThrottleState.NEW.spent(NOW, tenASecond, 10);
        long before = NOW - Duration.ofDays(1).toMillis();
        assertThat(empty.hasToken(before, tenASecond)).isFalse();
        ThrottleState touched = empty.spent(before, tenASecond, 0);
        // Two buckets and 32 tokens, less the bucket that may be owed.
        assertThat(touched.hasToken(before + 4300, tenASecond)).isTrue();
    }

    @Test
    void failed_distinctNames_locksAtThatManyAndKeepsNoMore() {
        FailureLimit names =
                new FailureLimit(0, 5, Duration.ofHours(1), new Lockouts(MINUTE, 2, MINUTE), false);
        ThrottleState state = ThrottleState.NEW;
        for (int i = 0; i < 100; i++) {
            state = state.failed(NOW, names, i % 4);
        }
        assertThat(state.isLocked(NOW)).isFalse();
        assertThat(state.names()).hasSize(4);
        assertThat(state.failed(NOW, names, 77).isLocked(NOW)).isTrue();
    }

    /** The independent judge: bucket4j with the same numbers on the same schedule. */
    @Test
    void hasToken_randomSchedules_agreesWithBucket4j() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int burst = 1 + random.nextInt(20);
            // Numbers that divide without a rest, so that both round alike.
            long emission = List.of(1L, 5L, 20L, 250L).get(random.nextInt(4));
            long[] nanos = {NOW * 1_000_000};
            Bucket oracle =
                    Bucket.builder()
                            .addLimit(limit ->
                                    limit.capacity(burst)
                                            .refillGreedy(1, Duration.ofMillis(emission)))
                            .withCustomTimePrecision(meter(nanos))
                            .build();
            RateLimit limit = new RateLimit(emission * 1_000_000, burst);
            ThrottleState state = ThrottleState.NEW;
            List<Boolean> ours = new ArrayList<>();
            List<Boolean> theirs = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                nanos[0] += random.nextInt((int) (emission * 3)) * 1_000_000L;
                long now = nanos[0] / 1_000_000;
                boolean isThere = state.hasToken(now, limit);
                state = isThere ? state.spent(now, limit, 1) : state;
                ours.add(isThere);
                theirs.add(oracle.tryConsume(1));
            }
            assertThat(ours).as("burst %d, every %d ms", burst, emission).isEqualTo(theirs);
        }
    }

    private static TimeMeter meter(long[] nanos) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos[0];
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    @Test
    void bytes_ofAnyState_readBackAsItself() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            ThrottleState state =
                    new ThrottleState(
                            random.nextLong(),
                            random.nextInt(1000),
                            random.nextInt(1000),
                            random.nextLong() >>> 1,
                            random.nextLong() >>> 1,
                            random.ints(random.nextInt(200)).sorted().toArray());
            assertThat(ThrottleState.of(state.bytes())).isEqualTo(state);
        }
    }

    /** A build that comes later writes more; a stranger writes anything. */
    @Test
    void of_bytesThatAreNotOurs_givesAStateAndNothingElse() {
        byte[] ours = fail(ThrottleState.NEW, NOW, 2).bytes();
        byte[] later = java.util.Arrays.copyOf(ours, ours.length + 20);
        later[0] = 9;
        assertThat(ThrottleState.of(later).failures()).isEqualTo(2);
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            ThrottleState state = ThrottleState.of(bytes).at(NOW, THREE);
            assertThat(state.lockedUntil())
                    .isLessThanOrEqualTo(NOW + Duration.ofMinutes(5).toMillis());
            assertThat(Visit.of(bytes).map(visit -> visit.made(bytes, NOW).answer().length > 0))
                    .isNotEqualTo(Optional.of(false));
            Visit.Answer.of(bytes);
            Lockout.of(bytes);
        }
    }

    @Test
    void visit_writtenAndRead_isTheSame() {
        for (ThrottleRule rule : ThrottleRule.defaults()) {
            Visit visit = Visit.fail(rule, 77);
            assertThat(Visit.of(visit.bytes())).contains(visit);
            Visit take = Visit.take(rule, 12, true);
            assertThat(Visit.of(take.bytes())).contains(take);
        }
    }

    @Test
    void merged_inAnyOrder_isTheStricter() {
        ThrottleState one = fail(ThrottleState.NEW, NOW, 3);
        ThrottleState other = fail(ThrottleState.NEW, NOW + 5000, 2);
        assertThat(one.merged(other)).isEqualTo(other.merged(one));
        assertThat(one.merged(other).lockedUntil()).isEqualTo(one.lockedUntil());
        assertThat(one.merged(one)).isEqualTo(one);
    }
}
