// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Microseconds per stage in the order in which the stages ran: two arrays that look like a map,
 * because two linked hash maps for each decision were a sixteenth of what it allocated (ADR 47).
 * Immutable.
 */
final class StageTimes extends AbstractMap<String, Long> {
    private final String[] stages;
    private final long[] micros;
    private final int count;

    /**
     * Takes both arrays over; the names must be short and different.
     *
     * @param count how many of each there are; what is behind them does not count
     */
    StageTimes(String[] stages, long[] micros, int count) {
        this.stages = stages;
        this.micros = micros;
        this.count = count;
    }

    @Override
    public @Nullable Long get(@Nullable Object stage) {
        for (int i = 0; i < count; i++) {
            if (stages[i].equals(stage)) {
                return micros[i];
            }
        }
        return null;
    }

    @Override
    public Set<Map.Entry<String, Long>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return count;
            }

            @Override
            public Iterator<Map.Entry<String, Long>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < count;
                    }

                    @Override
                    public Map.Entry<String, Long> next() {
                        if (next == count) {
                            throw new java.util.NoSuchElementException();
                        }
                        return Map.entry(stages[next], micros[next++]);
                    }
                };
            }
        };
    }
}
