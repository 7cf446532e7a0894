// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.Counted;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Decisions over time, by outcome.
 *
 * @param from when the first stretch begins
 * @param width length of a stretch in milliseconds
 * @param isComplete false if the time for counting was up before all were counted
 */
record Chart(
        Instant from,
        long width,
        long[] denied,
        long[] dropped,
        long[] allowed,
        boolean isComplete) {
    private static final int HEIGHT = 72;

    static Chart of(Counted.Histogram counted, boolean isComplete) {
        int buckets = counted.buckets();
        Chart chart =
                new Chart(
                        counted.from(),
                        Math.max(1, counted.width().toMillis()),
                        new long[buckets],
                        new long[buckets],
                        new long[buckets],
                        isComplete);
        for (Counted.Bar bar : counted.bars()) {
            if (bar.bucket() >= 0 && bar.bucket() < buckets) {
                switch (bar.value()) {
                    case AuditEntry.DENY -> chart.denied[bar.bucket()] += bar.count();
                    case AuditEntry.DROP -> chart.dropped[bar.bucket()] += bar.count();
                    case AuditEntry.ALLOW -> chart.allowed[bar.bucket()] += bar.count();
                    default -> {} // verdicts and acts are no decisions
                }
            }
        }
        return chart;
    }

    long allDenied() {
        return Arrays.stream(denied).sum();
    }

    long allDropped() {
        return Arrays.stream(dropped).sum();
    }

    long allAllowed() {
        return Arrays.stream(allowed).sum();
    }

    Instant start(int bucket) {
        return from.plusMillis(width * bucket);
    }

    /** The stretch with most refusals; −1 if there is none. */
    int worst() {
        int worst = -1;
        for (int i = 0; i < denied.length; i++) {
            if (denied[i] > 0 && (worst < 0 || denied[i] > denied[worst])) {
                worst = i;
            }
        }
        return worst;
    }

    /** What templates show of it. */
    ChartView view(String base, ZoneId zone) {
        return new ChartView(
                base, json(), rects(), table(zone), sentence(zone), stretch(), zoneName(zone));
    }

    private static String zoneName(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }

    private String stretch() {
        long seconds = Math.max(1, width / 1000);
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 2 * 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private String json() {
        return "{\"from\":%d,\"width\":%d,\"deny\":%s,\"drop\":%s,\"allow\":%s}"
                .formatted(from.toEpochMilli(), width, list(denied), list(dropped), list(allowed));
    }

    private static String list(long[] counts) {
        return LongStream.of(counts)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private List<ChartView.Rect> rects() {
        long highest =
                Math.max(
                        1,
                        IntStream.range(0, denied.length)
                                .mapToLong(i -> denied[i] + dropped[i] + allowed[i])
                                .max()
                                .orElse(1));
        List<ChartView.Rect> rects = new ArrayList<>();
        for (int i = 0; i < denied.length; i++) {
            double y = HEIGHT;
            y = rect(rects, "deny", i, y, denied[i], highest);
            y = rect(rects, "drop", i, y, dropped[i], highest);
            rect(rects, "allow", i, y, allowed[i], highest);
        }
        return rects;
    }

    private static double rect(
            List<ChartView.Rect> rects, String kind, int bucket, double y, long n, long highest) {
        if (n == 0) {
            return y;
        }
        double height = Math.max(1, (double) HEIGHT * n / highest);
        rects.add(
                new ChartView.Rect(
                        kind,
                        Integer.toString(bucket * 10),
                        "%.1f".formatted(Math.max(0, y - height)),
                        "%.1f".formatted(height)));
        return y - height;
    }

    private List<ChartView.Line> table(ZoneId zone) {
        DateTimeFormatter format = format(zone);
        return IntStream.range(0, denied.length)
                .filter(i -> denied[i] + dropped[i] + allowed[i] > 0)
                .mapToObj(i ->
                        new ChartView.Line(
                                format.format(start(i)),
                                "%,d".formatted(denied[i]),
                                "%,d".formatted(dropped[i]),
                                "%,d".formatted(allowed[i])))
                .toList();
    }

    private String sentence(ZoneId zone) {
        int worst = worst();
        String all =
                (isComplete ? "" : "at least ")
                        + "%,d denied · %,d dropped · %,d allowed"
                                .formatted(allDenied(), allDropped(), allAllowed());
        return worst < 0
                ? all
                : all
                        + " · most: %,d denied at %s"
                                .formatted(denied[worst], format(zone).format(start(worst)));
    }

    private DateTimeFormatter format(ZoneId zone) {
        boolean isShort = width * denied.length <= 36L * 3_600_000;
        return DateTimeFormatter.ofPattern(isShort ? "HH:mm:ss" : "d MMM HH:mm", Locale.ENGLISH)
                .withZone(zone);
    }
}
