// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts what matches. A block that matches as a whole is counted by its dictionary alone, which
 * says how often each value occurs. Newest blocks come first, so that what is counted when the time
 * is up is the newest. Used once.
 */
final class Counter {
    private static final int TOGETHER = 32;

    private final Reader reader;
    private final Evaluator evaluator;
    private final Search search;
    private final Snapshot snapshot;
    private final Deadline deadline;
    private boolean complete = true;
    private long total;

    Counter(Reader reader, Search search, Snapshot snapshot, Deadline deadline) {
        this.reader = reader;
        this.search = search;
        this.snapshot = snapshot;
        this.deadline = deadline;
        this.evaluator = new Evaluator(reader, search);
    }

    boolean isComplete() {
        return complete;
    }

    long total() {
        return total;
    }

    /** Only how many there are. */
    long count() {
        walk(_ -> {});
        return total;
    }

    /** How often each value of these fields occurs, the most frequent first. */
    Map<Field, List<Counted.Value>> facets(Collection<Field> fields, int values) {
        Map<Field, Map<String, Long>> sums = new EnumMap<>(Field.class);
        fields.forEach(field -> sums.put(field, new HashMap<>()));
        walk(slices -> sums.forEach((field, sum) -> facet(field, slices, sum)));
        Map<Field, List<Counted.Value>> facets = new EnumMap<>(Field.class);
        sums.forEach((field, sum) -> facets.put(field, top(sum, values)));
        return facets;
    }

    private void facet(Field field, List<Slice> slices, Map<String, Long> sum) {
        eachSlice(field, slices, (_, texts, counts) -> add(texts, counts, sum));
    }

    /** Takes how often each value occurs in a slice; the first stands for no value. */
    private interface SliceCounts {
        void counts(Slice slice, List<String> texts, int[] counts);
    }

    private void eachSlice(Field field, List<Slice> slices, SliceCounts take) {
        List<Slice> whole = slices.stream().filter(s -> s.head() == null && s.isWhole()).toList();
        List<Slice> parts = slices.stream().filter(s -> s.head() != null || !s.isWhole()).toList();
        if (!whole.isEmpty()) {
            Map<Integer, Column.Dictionary> read =
                    reader.dictionaries(field, whole.stream().map(Slice::id).toList());
            for (Slice slice : whole) {
                Column.Dictionary dictionary = read.get(slice.id());
                if (dictionary != null) {
                    take.counts(slice, dictionary.texts(), dictionary.counts());
                }
            }
        }
        columns(field, parts)
                .forEach((slice, column) ->
                        take.counts(slice, column.texts(), column.count(slice.bits())));
    }

    private Map<Slice, Column.Values> columns(Field field, List<Slice> slices) {
        Map<Slice, Column.Values> found = new HashMap<>();
        Map<Integer, Column.Values> read = new HashMap<>();
        Evaluator.split(
                slices,
                ids -> read.putAll(reader.column(field, ids)),
                (slice, head) -> found.put(slice, head.column(field, slice.block().rows())));
        for (Slice slice : slices) {
            Column.Values column = read.get(slice.id());
            if (column != null) {
                found.put(slice, column);
            }
        }
        return found;
    }

    private static void add(List<String> texts, int[] counts, Map<String, Long> sum) {
        for (int i = 1; i < counts.length; i++) { // 0 stands for no value
            if (counts[i] > 0) {
                sum.merge(texts.get(i), (long) counts[i], Long::sum);
            }
        }
    }

    static List<Counted.Value> top(Map<String, Long> sum, int values) {
        return sum.entrySet().stream()
                .map(e -> new Counted.Value(e.getKey(), e.getValue()))
                .sorted(
                        Comparator.comparingLong(Counted.Value::count)
                                .reversed()
                                .thenComparing(Counted.Value::value))
                .limit(values)
                .toList();
    }

    /** How often each value of a field occurs in stretches of equal length. */
    List<Counted.Bar> histogram(Field by, long from, long width, int buckets) {
        Map<String, long[]> sums = new HashMap<>();
        walk(slices -> {
            List<Slice> whole = new ArrayList<>();
            List<Slice> parts = new ArrayList<>();
            for (Slice slice : slices) {
                boolean inOne =
                        (slice.block().min() - from) / width == (slice.block().max() - from) / width
                                && slice.block().min() >= from;
                (inOne ? whole : parts).add(slice);
            }
            inOneBucket(by, whole, from, width, buckets, sums);
            evaluator.times(parts);
            columns(by, parts)
                    .forEach((slice, column) ->
                            inBuckets(slice, column, from, width, buckets, sums));
        });
        List<Counted.Bar> bars = new ArrayList<>();
        sums.forEach((value, counts) -> {
            for (int i = 0; i < buckets; i++) {
                if (counts[i] > 0) {
                    bars.add(new Counted.Bar(i, value, counts[i]));
                }
            }
        });
        bars.sort(Comparator.comparingInt(Counted.Bar::bucket).thenComparing(Counted.Bar::value));
        return bars;
    }

    private void inOneBucket(
            Field by,
            List<Slice> slices,
            long from,
            long width,
            int buckets,
            Map<String, long[]> sums) {
        eachSlice(
                by,
                slices,
                (slice, texts, counts) -> {
                    int bucket = (int) Math.min(buckets - 1, (slice.block().min() - from) / width);
                    for (int i = 1; i < counts.length; i++) {
                        sums.computeIfAbsent(texts.get(i), _ -> new long[buckets])[bucket] +=
                                counts[i];
                    }
                });
    }

    private static void inBuckets(
            Slice slice,
            Column.Values column,
            long from,
            long width,
            int buckets,
            Map<String, long[]> sums) {
        long[] times = slice.times();
        if (times == null) {
            return;
        }
        int[][] counts = new int[column.texts().size()][buckets];
        for (int slot = slice.bits().next(0); slot >= 0; slot = slice.bits().next(slot + 1)) {
            int bucket = (int) Math.clamp((times[slot] - from) / width, 0, buckets - 1);
            counts[column.ordinals().of(slot)][bucket]++;
        }
        for (int value = 1; value < counts.length; value++) {
            long[] sum = sums.computeIfAbsent(column.texts().get(value), _ -> new long[buckets]);
            for (int i = 0; i < buckets; i++) {
                sum[i] += counts[value][i];
            }
        }
    }

    private void walk(Consumer<List<Slice>> take) {
        List<Slice> slices = snapshot.newestFirst(search.range());
        for (int at = 0; at < slices.size(); at += TOGETHER) {
            if (deadline.isOver()) {
                complete = false;
                return;
            }
            List<Slice> matched =
                    evaluator.match(slices.subList(at, Math.min(slices.size(), at + TOGETHER)));
            matched.forEach(slice -> total += slice.bits().count());
            if (!matched.isEmpty()) {
                take.accept(matched);
            }
        }
    }
}
