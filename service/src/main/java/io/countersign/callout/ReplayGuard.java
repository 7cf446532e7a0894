// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.countersign.crypto.NKey;
import java.time.Clock;
import java.time.Duration;

/**
 * Lets each question through once. The user key is fresh for every callout, so the same key again
 * is a replay (reference 10, item 27). Remembers a key for longer than a request can be valid.
 * Thread-safe, bounded.
 */
final class ReplayGuard {
    private static final int KEYS = 500_000;

    private final Cache<NKey, Boolean> seen;

    /**
     * Makes an empty guard.
     *
     * @param validity longest time for which a request may be answered after its arrival
     */
    ReplayGuard(Clock clock, Duration validity) {
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.seen =
                Caffeine.newBuilder()
                        .maximumSize(KEYS)
                        .ticker(ticker)
                        .expireAfterWrite(validity)
                        .build();
    }

    boolean isFirst(NKey userKey) {
        return seen.asMap().putIfAbsent(userKey, Boolean.TRUE) == null;
    }
}
