// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Something that was counted, and whether all of it was. If the time was up first, the newest
 * matches were counted and {@code isComplete} is false.
 *
 * @param total matches that were counted
 */
public record Counted<T>(T what, long total, boolean isComplete, Duration took) {
    /** Counts up to here are said as they are; of more one says "more than". */
    public static final long EXACT = 100_000;

    /** True if {@code total} may be shown as it is. */
    public boolean isExact() {
        return isComplete && total <= EXACT;
    }

    /** How often a value occurs. */
    public record Value(String value, long count) {}

    /** Counts of one value in one stretch of the range. */
    public record Bar(int bucket, String value, long count) {}

    /**
     * Counts over time.
     *
     * @param from where the first stretch begins
     * @param width of one stretch
     */
    public record Histogram(Instant from, Duration width, int buckets, List<Bar> bars) {
        public Histogram {
            bars = List.copyOf(bars);
        }
    }

    /** Values of fields. */
    public record Facets(Map<Field, List<Value>> values) {
        public Facets {
            values = Map.copyOf(values);
        }

        public List<Value> of(Field field) {
            return values.getOrDefault(field, List.of());
        }
    }
}
