// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        String newest = finder.newestId();
        List<Row> rows =
                problems.isEmpty()
                        ? finder.newest(finder.search(ask, query, TimeRange.ALL), ROWS)
                        : List.of();
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Live", "live", ask));
        model.put("query", ask.text("q"));
        model.put("problems", problems);
        model.put("after", newest);
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

    Search search(Ask ask, Query query) {
        return finder.search(ask, query, TimeRange.ALL);
    }
}
