// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Query;
import io.countersign.view.index.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The whole question of an address, read. */
record Asked(
        Query query,
        String time,
        TimeRange range,
        List<Column> columns,
        String cols,
        int size,
        List<ExplorerPage.Problem> problems) {
    private static final List<Integer> SIZES = List.of(25, 50, 100, 200);
    static final int SIZE = 50;

    /** Of all pages that ask so; a misspelt one would show something else without a word. */
    private static final Set<String> PARAMETERS =
            Set.of(
                    "q", "t", "tz", "n", "cols", "col", "before", "after", "format", "with",
                    "against", "id");

    static Asked of(Ask ask, Instant now) {
        Query query = Query.parse(ask.text("q"));
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), now, ask.zone());
        Optional<List<Column>> columns = Column.parse(cols(ask));
        List<ExplorerPage.Problem> problems =
                query.problems().stream()
                        .map(p ->
                                new ExplorerPage.Problem(
                                        Names.shown(p.toString()),
                                        p.column() - 1,
                                        p.column() - 1 + p.length()))
                        .collect(Collectors.toCollection(ArrayList::new));
        if (range.isEmpty()) {
            problems.add(
                    outside(
                            "time: %s (expected: %s)"
                                    .formatted(ask.text("t"), TimeChoice.EXPECTED)));
        }
        if (columns.isEmpty()) {
            problems.add(outside("cols: %s: no such column".formatted(ask.text("cols"))));
        }
        ask.query().names().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .forEach(name ->
                        problems.add(
                                outside(
                                        "address: no parameter \"%s\" (expected: q, t, tz, n, cols, before, after)"
                                                .formatted(name))));
        String n = ask.text("n");
        int size = n.matches("[0-9]{2,3}") ? Integer.parseInt(n) : SIZE;
        return new Asked(
                query,
                TimeChoice.orDefault(ask.text("t")),
                range.orElse(TimeRange.ALL),
                columns.orElse(Column.DEFAULT),
                cols(ask),
                SIZES.contains(size) ? size : SIZE,
                problems);
    }

    /** Check boxes come as {@code col=…} each; links have them in one. */
    private static String cols(Ask ask) {
        List<String> boxes = ask.query().getAll("col");
        return boxes.isEmpty() ? ask.text("cols") : String.join(",", boxes);
    }

    private static ExplorerPage.Problem outside(String text) {
        return new ExplorerPage.Problem(Names.shown(text), -1, -1);
    }

    /** The same with another query and time; with an empty time, one to be completed. */
    String link(String otherQuery, String otherTime) {
        return "/explore?"
                + (otherQuery.isBlank() ? "" : "q=" + Links.encoded(otherQuery) + "&")
                + (cols.isBlank() ? "" : "cols=" + Links.encoded(cols) + "&")
                + (size == SIZE ? "" : "n=" + size + "&")
                + "t="
                + Links.encoded(otherTime);
    }
}
