// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Behind;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * New entries as they come. Without script it is a page with a link for newer ones. Thread-safe.
 */
final class LivePages {
    static final List<Column> COLUMNS =
            List.of(Column.REASON, Column.ADDRESS, Column.ACCOUNT, Column.SENTENCE);
    private static final int ROWS = 50;

    private final Tools tools;
    private final Finder finder;

    LivePages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    Reply live(Ask ask) {
        Query query = Query.parse(ask.text("q"));
        List<String> problems =
                query.problems().stream().map(p -> Names.shown(p.toString())).toList();
        // Asked before the page is read: what arrives between is then sent twice and shown once.
        String newest = finder.newestId(ask);
        List<Row> rows =
                problems.isEmpty()
                        ? finder.newest(finder.search(ask, query, TimeRange.ALL), ROWS)
                        : List.of();
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Live", "live", ask));
        model.put("query", ask.text("q"));
        model.put("problems", problems);
        model.put("after", Finder.last(newest, rows));
        model.put(
                "rows",
                rows.stream().map(row -> Shown.of(row, tools.now(), ask.zone(), COLUMNS)).toList());
        model.put("columns", COLUMNS);
        tools.note(ask, "live", query.text());
        return tools.templates().page(problems.isEmpty() ? 200 : 422, "live", model);
    }

    /** One row of it. */
    String row(Ask ask, Row row) {
        return tools.templates()
                .render("row", Map.of("row", Shown.of(row, tools.now(), ask.zone(), COLUMNS)));
    }

    /** A row for entries that were too many to be shown one by one. */
    String skipped(Ask ask, Query query, Behind.Skipped skipped) {
        TimeRange when = skipped.when();
        return gap(
                "%,d more entries came than can be shown here, %s – %s"
                        .formatted(
                                skipped.count(),
                                Shown.full(when.from(), ask.zone()),
                                Shown.full(when.to(), ask.zone())),
                Links.explore(query.text(), TimeChoice.frozen(when)),
                skipped.count());
    }

    /** A row for what came after an entry that this view does not know; its id has its time. */
    String unknownPlace(Ask ask, Query query, String id) {
        Instant now = tools.now();
        Optional<Instant> from = Links.time(id).filter(now::isAfter);
        return gap(
                "Entries may be missing here: the view does not know the one that this list ended"
                        + " with"
                        + from.map(time -> ", of " + Shown.full(time, ask.zone())).orElse(""),
                from.map(time ->
                                Links.explore(
                                        query.text(), TimeChoice.frozen(new TimeRange(time, now))))
                        .orElse(Links.explore(query.text(), "1h")),
                0);
    }

    private String gap(String text, String link, long count) {
        return tools.templates()
                .render(
                        "gap",
                        Map.of(
                                "text",
                                text,
                                "link",
                                link,
                                "count",
                                Long.toString(count),
                                "columns",
                                COLUMNS.size() + 3))
                .replaceAll("[\\r\\n]+", " ");
    }

    Search search(Ask ask, Query query) {
        return finder.search(ask, query, TimeRange.ALL);
    }
}
