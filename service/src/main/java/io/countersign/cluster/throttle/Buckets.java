// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rates of rules, shared between instances without a call for each login. Each instance has a
 * share of a bucket, its size divided by the instances, that it may give away before it has told
 * the others; what it gave away is settled some ten times a second, and whoever needs more than the
 * share waits for the settlement. Debts carry over, so that the rate holds over time however the
 * logins spread; what is unsettled at one moment is at most the bucket itself. A token that stays
 * alone until it is due again is never settled.
 *
 * <p>When whoever holds a bucket does not answer, each instance gives away its part of the rate.
 * Thread-safe, bounded.
 */
final class Buckets {
    /** Keys with a bucket; about 15 MB when full. Of more the least used begin anew. */
    static final int MOST = 100_000;

    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Cache<Long, Bucket> buckets;
    private final Set<Long> unsettled = ConcurrentHashMap.newKeySet();
    private final Clock clock;

    Buckets(Clock clock) {
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.clock = clock;
        this.buckets =
                Caffeine.newBuilder()
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

        Bucket(ThrottleRule rule, RateLimit limit) {
            this.rule = rule;
            this.limit = limit;
        }
    }

    Token take(
            ThrottleRule rule, RateLimit limit, long key, Optional<SharedThrottles> shared) {
        Bucket bucket = buckets.get(key, _ -> new Bucket(rule, limit));
        int instances = shared.map(SharedThrottles::instances).orElse(1);
        int debt;
        synchronized (bucket) {
            long now = clock.millis();
            if (!bucket.state.hasToken(now, limit)) {
                return Token.NONE;
            }
            if (instances == 1 || bucket.unsettled < Math.max(1, limit.burst() / instances)) {
                bucket.state = bucket.state.spent(now, limit, 1);
                bucket.unsettled += instances == 1 ? 0 : 1;
                if (bucket.unsettled > 1) {
                    unsettled.add(key);
                }
                return Token.TAKEN;
            }
            debt = bucket.unsettled;
            bucket.unsettled = 0;
        }
        return settle(bucket, key, debt, instances, shared.orElseThrow());
    }

    private Token settle(
            Bucket bucket, long key, int debt, int instances, SharedThrottles shared) {
        CompletableFuture<byte[]> asked =
                shared.visit(key, Visit.take(bucket.rule, debt, true).bytes());
        Optional<Visit.Answer> answer = Throttles.awaited(asked);
        synchronized (bucket) {
            long now = clock.millis();
            if (answer.isEmpty()) {
                // As if all others took as many: each gets its part of the rate.
                bucket.state = bucket.state.spent(now, bucket.limit, instances);
                return Token.TAKEN_ALONE;
            }
            learn(bucket, answer.get(), now);
            return answer.get().verdict() == Visit.Verdict.LIMITED ? Token.NONE : Token.TAKEN;
        }
    }

    /** What the others took, and on top of it what this instance gave away meanwhile. */
    private static void learn(Bucket bucket, Visit.Answer answer, long now) {
        bucket.state = answer.state().spent(now, bucket.limit, bucket.unsettled);
    }

    /** Settles what was given away; never waits. */
    void settleAll(SharedThrottles shared) {
        for (Long key : unsettled) {
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
        }
        if (debt == 0) {
            return;
        }
        var _ =
                shared.visit(key, Visit.take(bucket.rule, debt, false).bytes())
                        .thenAccept(bytes ->
                                Visit.Answer.of(bytes).ifPresent(answer -> {
                                    synchronized (bucket) {
                                        learn(bucket, answer, clock.millis());
                                    }
                                }));
    }

    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
