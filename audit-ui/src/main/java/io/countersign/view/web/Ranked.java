// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Counted;
import java.util.List;
import java.util.function.Function;

/** A list of values by how often they occur, with bars. */
public record Ranked(String title, List<Line> lines) {
    /**
     * A value.
     *
     * @param share of the most frequent one, in hundredths
     */
    public record Line(String text, String link, String count, String share) {}

    static Ranked of(String title, List<Counted.Value> counts, Function<String, String> link) {
        long highest = Math.max(1, counts.stream().mapToLong(Counted.Value::count).max().orElse(1));
        return new Ranked(
                title,
                counts.stream()
                        .map(c ->
                                new Line(
                                        Names.shown(c.value()),
                                        link.apply(c.value()),
                                        "%,d".formatted(c.count()),
                                        Long.toString(Math.max(1, 100 * c.count() / highest))))
                        .toList());
    }
}
