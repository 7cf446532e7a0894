// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.github.benmanes.caffeine.cache.Expiry;

/**
 * When an entry of a cache ends: by its value, from when it was written; looking at it changes
 * nothing. As {@link Expiry#writing}, without a duration object for each login (ADR 47).
 *
 * @param left how long a value is kept
 */
public record EndsByValue<K, V>(Left<V> left) implements Expiry<K, V> {
    /** How long a value is kept. */
    @FunctionalInterface
    public interface Left<V> {
        /**
         * Nanoseconds from now.
         *
         * @param now by the ticker of the cache, in nanoseconds
         */
        long nanos(V value, long now);
    }

    @Override
    public long expireAfterCreate(K key, V value, long now) {
        return left.nanos(value, now);
    }

    @Override
    public long expireAfterUpdate(K key, V value, long now, long before) {
        return left.nanos(value, now);
    }

    @Override
    public long expireAfterRead(K key, V value, long now, long before) {
        return before;
    }
}
