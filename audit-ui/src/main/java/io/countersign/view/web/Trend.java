// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Counted;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * How often a value occurred over time: a small drawing, and what it shows in words.
 *
 * @param said when it was most frequent
 */
public record Trend(String text, String link, String count, String said, List<Bar> bars) {
    private static final int HEIGHT = 24;

    /** A stretch of time, in user units. */
    public record Bar(String x, String y, String height) {}

    private record Counts(String value, long[] each) {
        long sum() {
            return LongStream.of(each).sum();
        }

        int highest() {
            int highest = 0;
            for (int i = 1; i < each.length; i++) {
                highest = each[i] > each[highest] ? i : highest;
            }
            return highest;
        }
    }

    /** The most frequent values of a histogram, all drawn to one scale. */
    static List<Trend> of(
            Counted.Histogram counted, int most, UnaryOperator<String> link, ZoneId zone) {
        Map<String, long[]> values = new TreeMap<>();
        for (Counted.Bar bar : counted.bars()) {
            if (bar.bucket() >= 0 && bar.bucket() < counted.buckets()) {
                values.computeIfAbsent(bar.value(), _ -> new long[counted.buckets()])[
                                bar.bucket()] +=
                        bar.count();
            }
        }
        List<Counts> shown =
                values.entrySet().stream()
                        .map(e -> new Counts(e.getKey(), e.getValue()))
                        .sorted(Comparator.comparingLong(Counts::sum).reversed())
                        .limit(most)
                        .toList();
        long highest = shown.stream().mapToLong(c -> c.each()[c.highest()]).max().orElse(1);
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH).withZone(zone);
        return shown.stream()
                .map(counts ->
                        new Trend(
                                Names.shown(counts.value()),
                                link.apply(counts.value()),
                                "%,d".formatted(counts.sum()),
                                "most: %,d at %s"
                                        .formatted(
                                                counts.each()[counts.highest()],
                                                format.format(
                                                        counted.from()
                                                                .plus(
                                                                        counted.width()
                                                                                .multipliedBy(
                                                                                        counts
                                                                                                .highest())))),
                                bars(counts.each(), highest)))
                .toList();
    }

    private static List<Bar> bars(long[] counts, long highest) {
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                double height = Math.max(2, (double) HEIGHT * counts[i] / highest);
                bars.add(
                        new Bar(
                                Integer.toString(10 * i),
                                String.format(Locale.ROOT, "%.1f", HEIGHT - height),
                                String.format(Locale.ROOT, "%.1f", height)));
            }
        }
        return bars;
    }
}
