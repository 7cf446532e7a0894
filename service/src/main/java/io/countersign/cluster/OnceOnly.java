// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** Ids that were used, for as long as a request can be repeated. Bounded; thread-safe. */
final class OnceOnly {
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int KEPT = 100_000;

    private final Cache<String, Boolean> taken =
            Caffeine.newBuilder().maximumSize(KEPT).expireAfterWrite(REMEMBERED).build();

    boolean take(String id) {
        return taken.asMap().putIfAbsent(id, true) == null;
    }
}
