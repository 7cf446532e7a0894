// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this instance has heard of keys, its own logins among it: which have failed lately, and from
 * where names got in. Only numbers, bounded: of more than {@link #MOST} the least used are
 * forgotten. Thread-safe.
 */
final class Marks {
    /** Of each kind; about 10 MB when full. */
    static final int MOST = 100_000;

    /** How long a pair of name and address counts as known. */
    static final Duration KNOWN = Duration.ofDays(30);

    private static final Duration REFRESHED = Duration.ofDays(1);

    private final Cache<Long, Boolean> failed;
    private final Cache<Long, Long> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();
    private final @Nullable LockoutStore store;
    private final Clock clock;

    /**
     * With what the disk has.
     *
     * @param forgetAfter longest time after which a rule forgets a failure
     */
    Marks(@Nullable LockoutStore store, Duration forgetAfter, Clock clock) {
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.failed =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumSize(MOST)
                        .ticker(ticker)
                        .expireAfterWrite(forgetAfter)
                        .build();
        this.store = store;
        this.clock = clock;
        if (store != null) {
            known.putAll(store.known(clock.millis()));
        }
    }

    boolean hasFailed(long key) {
        return failed.getIfPresent(key) != null;
    }

    /** False if that was known. */
    boolean failed(long key) {
        boolean isNews = failed.getIfPresent(key) == null;
        failed.put(key, true);
        return isNews;
    }

    void forgive(long key) {
        failed.invalidate(key);
    }

    boolean isKnown(long key) {
        Long until = known.getIfPresent(key);
        return until != null && until > clock.millis();
    }

    /** False if that was known, and lately so. */
    boolean known(long key) {
        long now = clock.millis();
        Long until = known.getIfPresent(key);
        if (until != null && until > now + KNOWN.minus(REFRESHED).toMillis()) {
            return false;
        }
        long next = now + KNOWN.toMillis();
        known.put(key, next);
        if (store != null) {
            store.writeKnown(key, next);
        }
        return true;
    }

    Map<Long, Long> allKnown() {
        return new HashMap<>(known.asMap());
    }

    long size() {
        failed.cleanUp();
        known.cleanUp();
        return failed.estimatedSize() + known.estimatedSize();
    }
}
