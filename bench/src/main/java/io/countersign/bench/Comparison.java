// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Compares what was measured with the baseline. What looks slower is measured once more, because
 * noise seldom strikes twice; what is worse both times is a regression. A figure that the baseline
 * has and a whole run no longer has is one too: otherwise a renamed figure would never be compared
 * again.
 */
final class Comparison {
    private final Baseline baseline;
    private final boolean whole;
    private final String jdk;

    /** Measures everything once more. */
    @FunctionalInterface
    interface Again {
        List<Figure> measure() throws RunnerException, IOException, InterruptedException;
    }

    /**
     * What to tell, and whether it is bad.
     *
     * @param slower names of figures that were worse than the baseline each time
     * @param gone names that only the baseline has, of a whole run
     */
    record Report(List<String> slower, List<String> gone, List<String> lines) {
        boolean isGood() {
            return slower.isEmpty() && gone.isEmpty();
        }
    }

    /**
     * @param whole all figures were measured, not only the quick ones
     * @param jdk version of the virtual machine that measures
     */
    Comparison(Baseline baseline, boolean whole, String jdk) {
        this.baseline = baseline;
        this.whole = whole;
        this.jdk = jdk;
    }

    Report of(List<Figure> first, Again again)
            throws RunnerException, IOException, InterruptedException {
        List<Figure> known = first.stream().filter(this::isKnown).toList();
        if (known.isEmpty()) {
            throw new IOException("the baseline has none of what was measured: " + names(first));
        }
        List<String> lines = new ArrayList<>();
        lines.add("compared with the commit %s".formatted(baseline.commit()));
        if (!baseline.isOfJdk(jdk)) {
            lines.add(
                    "the baseline is of JDK %s, this is %s: bytes may differ as much as times"
                            .formatted(baseline.jdk(), jdk));
        }
        for (Figure figure : first) {
            if (figure.isCompared() && !isKnown(figure)) {
                lines.add("NEW: %s (not in the baseline)".formatted(figure.name()));
            }
        }
        List<Figure> suspects = worse(known);
        if (!suspects.isEmpty()) {
            lines.add("measured twice, because these looked slower: " + names(suspects));
            Set<String> before = names(suspects);
            suspects =
                    worse(again.measure()).stream()
                            .filter(figure -> before.contains(figure.name()))
                            .toList();
        }
        for (Figure figure : suspects) {
            lines.add("SLOWER: " + difference(figure));
        }
        List<String> gone = whole ? gone(first) : List.of();
        for (String name : gone) {
            lines.add("GONE: %s (expected: measured, or a new baseline)".formatted(name));
        }
        List<String> slower = suspects.stream().map(Figure::name).toList();
        lines.add(
                slower.isEmpty() && gone.isEmpty()
                        ? "no slower than the baseline"
                        : "a regression");
        return new Report(slower, gone, lines);
    }

    private boolean isKnown(Figure figure) {
        return figure.isCompared() && baseline.figures().containsKey(figure.name());
    }

    private List<Figure> worse(List<Figure> figures) {
        Tolerance strict = whole ? Tolerance.WHOLE : Tolerance.QUICK;
        Tolerance tolerance = baseline.isOfJdk(jdk) ? strict : strict.forOtherJdk();
        return figures.stream()
                .filter(this::isKnown)
                .filter(figure -> figure.isWorseThan(before(figure), tolerance))
                .toList();
    }

    private List<String> gone(List<Figure> figures) {
        Set<String> measured = names(figures);
        return baseline.figures().keySet().stream()
                .filter(name -> !measured.contains(name))
                .toList();
    }

    private double before(Figure figure) {
        Double value = baseline.figures().get(figure.name());
        if (value == null) {
            throw new IllegalStateException("not in the baseline: " + figure.name());
        }
        return value;
    }

    private String difference(Figure figure) {
        Figure former = new Figure(figure.name(), figure.kind(), before(figure), figure.bar());
        return "%s: %s, was %s".formatted(figure.name(), figure.text(), former.text());
    }

    private static Set<String> names(List<Figure> figures) {
        return figures.stream().map(Figure::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
