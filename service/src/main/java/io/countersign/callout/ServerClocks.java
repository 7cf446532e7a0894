// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.NKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how long a request waited before it reached us: its arrival less its {@code iat}, less
 * the smallest such difference seen for that server lately (which holds the difference between both
 * clocks). {@code iat} has whole seconds only, so up to one second of it is rounding; the estimate
 * is a lower bound and never drops a request that could still be answered.
 *
 * <p>Arrival is read from the monotonic clock, so that ours may jump. A server's clock may, too:
 * set back by three seconds, it makes every request of it look three seconds old. Hence "lately":
 * what is smallest is forgotten after one to two minutes. Thread-safe, bounded.
 */
final class ServerClocks {
    private static final int SERVERS = 10_000;
    private static final long ROUNDING = Duration.ofSeconds(1).toNanos();
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private final Cache<NKey, Least> smallest =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(SERVERS).build();

    /**
     * The smallest difference in this window and in the one before.
     *
     * @param since when this window began
     */
    private record Least(long now, long before, long since) {
        long value() {
            return Math.min(now, before);
        }

        boolean changesWith(long apart, long arrived) {
            return apart < now || arrived - since > WINDOW;
        }

        Least with(long apart, long arrived) {
            if (arrived - since > 2 * WINDOW) {
                return new Least(apart, apart, arrived);
            }
            return arrived - since > WINDOW
                    ? new Least(apart, now, arrived)
                    : new Least(Math.min(now, apart), before, since);
        }
    }

    /**
     * How long, at least.
     *
     * @param arrivedNanos of {@link System#nanoTime}
     */
    Duration waited(NKey server, Instant issuedAt, long arrivedNanos) {
        long apart = arrivedNanos - TimeUnit.SECONDS.toNanos(issuedAt.getEpochSecond());
        @Nullable Least least = smallest.getIfPresent(server);
        if (least == null || least.changesWith(apart, arrivedNanos)) {
            least =
                    smallest.asMap()
                            .merge(
                                    server,
                                    new Least(apart, apart, arrivedNanos),
                                    (known, _) -> known.with(apart, arrivedNanos));
        }
        return Duration.ofNanos(Math.max(0, apart - least.value() - ROUNDING));
    }
}
