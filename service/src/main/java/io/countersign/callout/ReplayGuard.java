// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.NKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets each question through once. The user key is fresh for every callout, so the same key again
 * is a replay (reference 10, item 27). Remembers a key for longer than a request can be valid.
 *
 * <p>Two sets, the older of which is dropped when the younger has aged or is full: a look and a
 * put, where a cache with an age for each key would cost a multiple. Thread-safe, bounded.
 */
final class ReplayGuard {
    /** Of each set; 2,000 requests a second fill it in the two minutes that it may grow. */
    private static final int KEYS = 250_000;

    /** One page; no record, because it is compared by identity. */
    private static final class Sets {
        private final Set<NKey> young = ConcurrentHashMap.newKeySet();
        private final Set<NKey> old;
        private final long since;

        Sets(Set<NKey> old, long since) {
            this.old = old;
            this.since = since;
        }
    }

    private final Clock clock;
    private final long validityMillis;
    private final int most;
    private volatile Sets sets;

    /**
     * Makes an empty guard.
     *
     * @param validity longest time for which a request may be answered after its arrival
     */
    ReplayGuard(Clock clock, Duration validity) {
        this(clock, validity, KEYS);
    }

    ReplayGuard(Clock clock, Duration validity, int most) {
        this.most = most;
        this.clock = clock;
        this.validityMillis = validity.toMillis();
        this.sets = new Sets(Set.of(), clock.millis());
    }

    boolean isFirst(NKey userKey) {
        Sets now = current();
        if (!now.young.add(userKey) || now.old.contains(userKey)) {
            return false;
        }
        // The page may have turned meanwhile. Each puts before it looks, so of two that come at
        // once at least one sees the other.
        Sets then = sets;
        return then == now || !then.young.contains(userKey);
    }

    private Sets current() {
        Sets now = sets;
        return isOver(now) ? turn() : now;
    }

    private boolean isOver(Sets now) {
        return Math.abs(clock.millis() - now.since) > validityMillis || now.young.size() >= most;
    }

    /** Whoever comes first turns the page; the others find it turned. */
    private synchronized Sets turn() {
        Sets now = sets;
        if (isOver(now)) {
            now = new Sets(now.young, clock.millis());
            sets = now;
        }
        return now;
    }
}
