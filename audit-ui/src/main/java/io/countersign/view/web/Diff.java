// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Counted;
import io.countersign.view.index.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Some entries beside others: values whose shares differ most, those first.
 *
 * @param here how many there are here
 * @param there how many there are elsewhere
 */
public record Diff(long here, long there, List<Line> lines) {
    private static final int SHOWN = 20;

    /** What differs by less is chance, or nothing that anybody would look at. */
    private static final double LEAST = 0.02;

    /**
     * A value with its shares.
     *
     * @param link a search for it among the entries here
     * @param hereWidth the share here, in hundredths, for a bar
     * @param said what differs, in words
     */
    public record Line(
            String field,
            String value,
            String link,
            String here,
            String hereWidth,
            String there,
            String thereWidth,
            String said,
            boolean isMore) {}

    private record Share(Field field, String value, double here, double there) {
        double by() {
            return Math.abs(here - there);
        }
    }

    /**
     * Compares counts.
     *
     * @param link makes a search for a value
     */
    static Diff of(
            Counted<Counted.Facets> here,
            Counted<Counted.Facets> there,
            List<Field> fields,
            BiFunction<Field, String, String> link) {
        List<Share> shares = new ArrayList<>();
        for (Field field : fields) {
            Map<String, Long> ours = counts(here, field);
            Map<String, Long> theirs = counts(there, field);
            TreeSet<String> values = new TreeSet<>(ours.keySet());
            values.addAll(theirs.keySet());
            for (String value : values) {
                shares.add(
                        new Share(
                                field,
                                value,
                                share(ours.getOrDefault(value, 0L), here.total()),
                                share(theirs.getOrDefault(value, 0L), there.total())));
            }
        }
        return new Diff(
                here.total(),
                there.total(),
                shares.stream()
                        .filter(share -> share.by() >= LEAST)
                        .sorted(Comparator.comparingDouble(Share::by).reversed())
                        .limit(SHOWN)
                        .map(share -> line(share, link.apply(share.field(), share.value())))
                        .toList());
    }

    private static Map<String, Long> counts(Counted<Counted.Facets> counted, Field field) {
        Map<String, Long> counts = new HashMap<>();
        counted.what().of(field).forEach(value -> counts.put(value.value(), value.count()));
        return counts;
    }

    private static double share(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }

    private static Line line(Share share, String link) {
        return new Line(
                word(share.field()),
                Names.shown(share.value()),
                link,
                percent(share.here()),
                width(share.here()),
                percent(share.there()),
                width(share.there()),
                said(share),
                share.here() > share.there());
    }

    private static String word(Field field) {
        return switch (field) {
            case ADDR -> "address";
            case USER -> "name";
            case SOURCE -> "authenticator";
            case LANG -> "client language";
            default -> field.word();
        };
    }

    private static String said(Share share) {
        if (share.there() == 0) {
            return "only here";
        }
        if (share.here() == 0) {
            return "only elsewhere";
        }
        double times =
                Math.max(share.here(), share.there()) / Math.min(share.here(), share.there());
        String word = share.here() > share.there() ? "more" : "less";
        return times < 1.5
                ? word
                : "%s, × %s".formatted(word, times < 10 ? one(times) : "10 or over");
    }

    private static String one(double number) {
        return "%.1f".formatted(number);
    }

    private static String percent(double share) {
        return share > 0 && share < 0.01 ? "< 1 %" : "%d %%".formatted(Math.round(100 * share));
    }

    private static String width(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /** The one that differs most, in a sentence; empty if nothing differs. */
    String most() {
        return lines.stream()
                .findFirst()
                .map(line ->
                        "Most different: %s %s, %s here and %s elsewhere."
                                .formatted(line.field(), line.value(), line.here(), line.there()))
                .orElse("");
    }
}
