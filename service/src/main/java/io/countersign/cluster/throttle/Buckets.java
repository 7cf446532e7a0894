// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rates of rules, shared between instances without a call for most logins. Each instance may
 * give away a tenth of its part of a bucket, or one token, before it has told the others; that is
 * settled some ten times a second, and whoever needs more in between asks. Debts carry over, so
 * that the rate holds over time however the logins spread; what is unsettled at one moment is at
 * most a tenth of the bucket, or a token for each instance. A token that stays alone until it is
 * due again is never settled.
 *
 * <p>When whoever holds a bucket does not answer, each instance gives away its part of the rate.
 * Thread-safe, bounded.
 */
final class Buckets {
    /** Keys with a bucket; about 15 MB when full. Of more the least used begin anew. */
    static final int MOST = 100_000;

    /** Between two settlements of one bucket; in between, who needs more than its share asks. */
    private static final long SETTLED_MILLIS = 100;

    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Cache<Long, Bucket> buckets;
    private final Set<Long> unsettled = ConcurrentHashMap.newKeySet();
    private final Clock clock;

    Buckets(Clock clock) {
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.clock = clock;
        this.buckets =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumSize(MOST)
                        .ticker(ticker)
                        .expireAfterAccess(KEPT)
                        .build();
    }

    /** What came of asking for a token. */
    enum Token {
        TAKEN,
        NONE,
        /** Taken without the others' consent, because they did not answer. */
        TAKEN_ALONE
    }

    /** As far as this instance knows it; guarded by itself. */
    private static final class Bucket {
        private final ThrottleRule rule;
        private final RateLimit limit;
        private ThrottleState state = ThrottleState.NEW;
        private int unsettled;
        private boolean isAlone;
        private long settled;

        Bucket(ThrottleRule rule, RateLimit limit) {
            this.rule = rule;
            this.limit = limit;
        }
    }

    Token take(ThrottleRule rule, RateLimit limit, long key, Optional<SharedThrottles> shared) {
        Bucket bucket = buckets.get(key, _ -> new Bucket(rule, limit));
        int instances = shared.map(SharedThrottles::instances).orElse(1);
        int debt;
        boolean isLater;
        synchronized (bucket) {
            long now = clock.millis();
            if (!bucket.state.hasToken(now, limit)) {
                return Token.NONE;
            }
            int share = Math.max(1, limit.burst() / (10 * Math.max(1, instances)));
            if (bucket.isAlone || instances == 1 || bucket.unsettled < share) {
                return given(bucket, key, now, instances);
            }
            debt = bucket.unsettled;
            bucket.unsettled = 0;
            isLater = Math.abs(now - bucket.settled) >= SETTLED_MILLIS;
            bucket.settled = now;
            if (isLater) {
                given(bucket, key, now, instances);
            }
        }
        if (isLater) {
            tell(bucket, key, debt, shared.orElseThrow());
            return Token.TAKEN;
        }
        return settle(bucket, key, debt, instances, shared.orElseThrow());
    }

    private Token given(Bucket bucket, long key, long now, int instances) {
        // Alone it is as if all others took as many: each gets its part of the rate.
        int cost = bucket.isAlone ? instances : 1;
        bucket.state = bucket.state.spent(now, bucket.limit, cost);
        if (instances > 1) {
            bucket.unsettled = Math.min(bucket.unsettled + 1, 2 * bucket.limit.burst());
            if (bucket.unsettled > 1 || bucket.isAlone) {
                unsettled.add(key);
            }
        }
        return bucket.isAlone && instances > 1 ? Token.TAKEN_ALONE : Token.TAKEN;
    }

    private Token settle(Bucket bucket, long key, int debt, int instances, SharedThrottles shared) {
        CompletableFuture<byte[]> asked =
                shared.visit(key, Visit.take(bucket.rule, debt, true).bytes(), false);
        Optional<Visit.Answer> answer = Throttles.awaited(asked);
        synchronized (bucket) {
            long now = clock.millis();
            if (answer.isEmpty()) {
                unheard(bucket, key, debt);
                return given(bucket, key, now, instances);
            }
            learn(bucket, answer.get(), now);
            return answer.get().verdict() == Visit.Verdict.LIMITED ? Token.NONE : Token.TAKEN;
        }
    }

    /** The debt stays, and is tried again at the next settlement. */
    private void unheard(Bucket bucket, long key, int debt) {
        bucket.isAlone = true;
        bucket.unsettled += debt;
        unsettled.add(key);
    }

    /** What the others took, and on top of it what this instance gave away meanwhile. */
    private static void learn(Bucket bucket, Visit.Answer answer, long now) {
        bucket.isAlone = false;
        bucket.state = answer.state().spent(now, bucket.limit, bucket.unsettled);
    }

    /** Settles what was given away; never waits. */
    void settleAll(SharedThrottles shared) {
        for (Long key : List.copyOf(unsettled)) {
            unsettled.remove(key);
            Bucket bucket = buckets.getIfPresent(key);
            if (bucket != null) {
                settleLater(bucket, key, shared);
            }
        }
    }

    private void settleLater(Bucket bucket, long key, SharedThrottles shared) {
        int debt;
        synchronized (bucket) {
            debt = bucket.unsettled;
            bucket.unsettled = 0;
            bucket.settled = clock.millis();
        }
        if (debt > 0) {
            tell(bucket, key, debt, shared);
        }
    }

    private void tell(Bucket bucket, long key, int debt, SharedThrottles shared) {
        var _ =
                shared.visit(key, Visit.take(bucket.rule, debt, false).bytes(), false)
                        .handle((bytes, error) -> {
                            Optional<Visit.Answer> answer =
                                    error == null ? Visit.Answer.of(bytes) : Optional.empty();
                            synchronized (bucket) {
                                answer.ifPresentOrElse(
                                        it -> learn(bucket, it, clock.millis()),
                                        () -> unheard(bucket, key, debt));
                            }
                            return answer;
                        });
    }

    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
