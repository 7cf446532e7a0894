// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.NKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how long a request waited before it reached us: its arrival less its {@code iat}, less
 * the smallest such difference seen for that server (which holds the skew between both clocks).
 * {@code iat} has whole seconds only, so up to one second of it is rounding; the estimate is a
 * lower bound and never drops a request that could still be answered. Thread-safe, bounded.
 */
final class ServerClocks {
    private static final int SERVERS = 10_000;
    private static final Duration ROUNDING = Duration.ofSeconds(1);

    private final Cache<NKey, Duration> smallest =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(SERVERS).build();

    Duration waited(NKey server, Instant issuedAt, Instant arrived) {
        Duration apart = Duration.between(issuedAt, arrived);
        @Nullable Duration least = smallest.getIfPresent(server);
        if (least == null || apart.compareTo(least) < 0) {
            least = smallest.asMap().merge(server, apart, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
        Duration waited = apart.minus(least).minus(ROUNDING);
        return waited.isNegative() ? Duration.ZERO : waited;
    }
}
