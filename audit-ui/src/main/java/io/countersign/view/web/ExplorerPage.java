// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Counted;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The Explorer's contents.
 *
 * @param older link to the next page; empty on the last
 */
public record ExplorerPage(
        Frame frame,
        String query,
        String time,
        Map<String, String> presets,
        String range,
        List<String> problems,
        List<Chip> chips,
        List<Shown> rows,
        List<Facet> facets,
        List<Bar> bars,
        String chart,
        String older,
        String newest,
        String exports,
        String live) {
    static final int BUCKETS = 60;
    private static final double HEIGHT = 56;

    /** A term that can be taken away. */
    public record Chip(String text, String without) {}

    /** A field's values with counts. */
    public record Facet(String name, List<Value> values) {}

    /** One of them, and the queries with it and without it. */
    public record Value(String text, String count, String with, String without) {}

    /** A part of a column of the chart, in user units. */
    public record Bar(String outcome, String x, String y, String height) {}

    static String link(String path, String query, String time) {
        return path
                + "?t="
                + Shown.encoded(time)
                + (query.isBlank() ? "" : "&q=" + Shown.encoded(query));
    }

    static List<Chip> chips(Query query, String time) {
        return IntStream.range(0, query.terms().size())
                .mapToObj(i ->
                        new Chip(
                                Names.shown(Query.print(query.terms().get(i))),
                                link("/", query.without(i), time)))
                .toList();
    }

    static List<Facet> facets(AuditIndex index, Search search, String time) {
        Query query = search.query();
        return index.facets(search).what().values().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(e -> !e.getValue().isEmpty())
                .map(e ->
                        new Facet(
                                e.getKey().word(),
                                e.getValue().stream()
                                        .map(c -> value(query, e.getKey(), c, time))
                                        .toList()))
                .toList();
    }

    private static Value value(Query query, Field field, Counted.Value count, String time) {
        return new Value(
                Names.shown(count.value()),
                "%,d".formatted(count.count()),
                link("/", query.with(field, count.value(), false), time),
                link("/", query.with(field, count.value(), true), time));
    }

    static List<Bar> bars(List<Counted.Bar> counts) {
        long[] sums = new long[BUCKETS];
        counts.stream().filter(ExplorerPage::isIn).forEach(b -> sums[b.bucket()] += b.count());
        long highest = Math.max(1, java.util.Arrays.stream(sums).max().orElse(1));
        double[] top = new double[BUCKETS];
        List<Bar> bars = new ArrayList<>();
        for (Counted.Bar bar : counts) {
            if (isIn(bar)) {
                double height = HEIGHT * bar.count() / highest;
                top[bar.bucket()] += height;
                bars.add(
                        new Bar(
                                bar.value(),
                                Integer.toString(bar.bucket() * 10),
                                "%.1f".formatted(HEIGHT - top[bar.bucket()]),
                                "%.1f".formatted(height)));
            }
        }
        return bars;
    }

    private static boolean isIn(Counted.Bar bar) {
        return bar.bucket() >= 0 && bar.bucket() < BUCKETS;
    }

    /** The chart in words: what the whole of it says. */
    static String chart(List<Counted.Bar> counts) {
        long all = counts.stream().mapToLong(Counted.Bar::count).sum();
        String parts =
                List.of("allow", "deny", "drop").stream()
                        .map(o ->
                                "%,d %s"
                                        .formatted(
                                                counts.stream()
                                                        .filter(b -> b.value().equals(o))
                                                        .mapToLong(Counted.Bar::count)
                                                        .sum(),
                                                Shown.word(o).toLowerCase(java.util.Locale.ROOT)))
                        .collect(java.util.stream.Collectors.joining(" · "));
        String more = all >= Counted.EXACT ? "newest " : "";
        return "%s%,d entries, newest first · %s".formatted(more, all, parts);
    }

    static String range(TimeRange range) {
        return range.equals(TimeRange.ALL) ? "all time" : range.from() + " to " + range.to();
    }
}
