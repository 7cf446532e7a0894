// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Counted;
import io.countersign.view.index.Cursor;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the routes answer. Thread-safe. */
final class Pages {
    private static final int PAGE = 50;
    private static final int EXPORTED = 10_000;

    private final AuditIndex index;
    private final Clock clock;
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);

    Pages(AuditIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    Reply explorer(Ask ask) {
        Query query = Query.parse(ask.text("q"));
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), clock.instant());
        String time = TimeChoice.orDefault(ask.text("t"));
        List<String> problems = problems(query, range, ask.text("t"));
        if (!problems.isEmpty()) {
            return Reply.html(422, render("explorer", flawed(ask, time, problems)));
        }
        Search search = new Search(query, range.orElseThrow(), ask.scope());
        String before = ask.text("before");
        var found = index.page(search, Cursor.of(before, ""), PAGE);
        List<Counted.Bar> counts = counts(search);
        boolean more = found.hasOlder();
        List<Row> shown = found.rows();
        String here = ExplorerPage.link("/", query.text(), time);
        ExplorerPage page =
                new ExplorerPage(
                        Frame.of("Explorer", "explorer", ask),
                        query.text(),
                        time,
                        TimeChoice.PRESETS,
                        ExplorerPage.range(search.range()),
                        List.of(),
                        ExplorerPage.chips(query, time),
                        shown.stream().map(row -> Shown.of(row, clock.instant())).toList(),
                        ExplorerPage.facets(index, search, time),
                        ExplorerPage.bars(counts),
                        ExplorerPage.chart(counts),
                        more ? here + "&before=" + shown.getLast().id() : "",
                        before.isEmpty() ? "" : here,
                        ExplorerPage.link("/export", query.text(), time)
                                + (before.isEmpty() ? "" : "&before=" + Shown.encoded(before)),
                        ExplorerPage.link("/live", query.text(), "all"));
        return Reply.html(200, render("explorer", page));
    }

    /** For all time the chart begins where a year ends: nobody can read more in 60 columns. */
    private List<Counted.Bar> counts(Search search) {
        TimeRange year = TimeChoice.parse("365d", clock.instant()).orElseThrow();
        boolean all = search.range().equals(TimeRange.ALL);
        return index.histogram(all ? search.in(year) : search, ExplorerPage.BUCKETS).what().bars();
    }

    private static ExplorerPage flawed(Ask ask, String time, List<String> problems) {
        return new ExplorerPage(
                Frame.of("Problem: " + problems.getFirst(), "explorer", ask),
                ask.text("q"),
                time,
                TimeChoice.PRESETS,
                "",
                problems,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "",
                "",
                "",
                "",
                "");
    }

    private static List<String> problems(Query query, Optional<TimeRange> range, String time) {
        List<String> problems =
                query.problems().stream()
                        .map(p -> Names.shown(p.toString()))
                        .collect(Collectors.toList());
        if (range.isEmpty()) {
            problems.add(
                    "time: "
                            + Names.shown(time)
                            + " (expected: 15m, 24h, 7d, all, 2026-11-23 or FROM..TO in UTC)");
        }
        return problems;
    }

    Reply entry(Ask ask) {
        String[] parts = ask.path().split("/", -1);
        boolean place = parts.length == 4 && parts[3].matches("[0-9]{1,18}");
        Optional<Row> row =
                place
                        ? index.entry(parts[2], Long.parseLong(parts[3]), ask.scope())
                        : index.entry(parts[parts.length - 1], ask.scope());
        return row.map(found -> entry(ask, found))
                .orElseGet(() ->
                        message(
                                ask,
                                404,
                                "No such entry",
                                "There is none with this id, or it is of an account you may not see."));
    }

    private Reply entry(Ask ask, Row row) {
        Map<String, Object> model =
                Map.of(
                        "frame", Frame.of("Entry", "entry", ask),
                        "row", Shown.of(row, clock.instant()),
                        "facts", Shown.facts(row.entry()),
                        "stages", stages(row),
                        "about",
                                index.about(row.id(), ask.scope()).stream()
                                        .map(r -> Shown.of(r, clock.instant()))
                                        .toList(),
                        "json",
                                Names.shown(
                                        new String(row.entry().encoded(), StandardCharsets.UTF_8)));
        return Reply.html(200, render("entry", model));
    }

    private static List<Shown.Fact> stages(Row row) {
        return row.entry().took().entrySet().stream()
                .map(e ->
                        new Shown.Fact(
                                Names.shown(e.getKey()),
                                "%.1f ms".formatted(e.getValue() / 1000.0),
                                ""))
                .toList();
    }

    Reply export(Ask ask) {
        Query query = Query.parse(ask.text("q"));
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), clock.instant());
        String format = ask.text("format");
        if (!query.problems().isEmpty() || range.isEmpty() || !format.matches("csv|jsonl")) {
            return message(
                    ask,
                    422,
                    "Nothing exported",
                    "The query, the time or the format (expected: csv or jsonl) is wrong.");
        }
        Search search = new Search(query, range.get(), ask.scope());
        List<Row> rows = index.page(search, Cursor.of(ask.text("before"), ""), EXPORTED).rows();
        return format.equals("csv")
                ? Reply.file("text/csv; charset=utf-8", "entries.csv", csv(rows))
                : Reply.file("application/jsonl", "entries.jsonl", jsonl(rows));
    }

    private static String jsonl(List<Row> rows) {
        return rows.stream()
                .map(row -> new String(row.entry().encoded(), StandardCharsets.UTF_8) + "\n")
                .collect(Collectors.joining());
    }

    private String csv(List<Row> rows) {
        StringBuilder csv =
                new StringBuilder(
                        "time (UTC),outcome,reason,who,address,account,server,id,sentence\r\n");
        for (Row row : rows) {
            Shown s = Shown.of(row, clock.instant());
            csv.append(
                            List.of(
                                            s.iso(),
                                            s.outcome(),
                                            s.reason(),
                                            Sentence.who(row.entry()),
                                            s.address(),
                                            s.account(),
                                            s.server(),
                                            s.id(),
                                            s.sentence())
                                    .stream()
                                    .map(Names::cell)
                                    .collect(Collectors.joining(",")))
                    .append("\r\n");
        }
        return csv.toString();
    }

    Reply live(Ask ask) {
        Query query = Query.parse(ask.text("q"));
        if (!query.problems().isEmpty()) {
            return message(
                    ask, 422, "Problem", Names.shown(query.problems().getFirst().toString()));
        }
        Search search = new Search(query, TimeRange.ALL, ask.scope());
        // Asked before the page is read: what arrives between is then sent twice and shown once.
        long arrival = index.lastArrival();
        List<Shown> rows =
                index.page(search, Cursor.NEWEST, PAGE).rows().stream()
                        .map(row -> Shown.of(row, clock.instant()))
                        .toList();
        return Reply.html(
                200,
                render(
                        "live",
                        Map.of(
                                "frame",
                                Frame.of("Live", "live", ask),
                                "query",
                                query.text(),
                                "after",
                                arrival,
                                "rows",
                                rows)));
    }

    /** One row of the live page. */
    String liveRow(Row row) {
        return render("row", Map.of("row", Shown.of(row, clock.instant())));
    }

    Reply login(Ask ask, int status, String problem) {
        return Reply.html(
                status,
                render(
                        "login",
                        Map.of(
                                "frame", Frame.of("Log in", "login", ask),
                                "problem", problem,
                                "next", safeNext(ask.text("next")))));
    }

    /** A path of this site, or the start page: never somebody else's site. */
    static String safeNext(String next) {
        return next.matches("/[A-Za-z0-9_.-][^\\\\\\p{Cntrl}]*|/\\?[^\\\\\\p{Cntrl}]*")
                ? next
                : "/";
    }

    Reply message(Ask ask, int status, String title, String text) {
        return Reply.html(
                status,
                render("message", Map.of("frame", Frame.of(title, "message", ask), "text", text)));
    }

    private String render(String template, ExplorerPage page) {
        return render(template, Map.of("page", page));
    }

    private String render(String template, Map<String, Object> model) {
        StringOutput out = new StringOutput();
        engine.render(template + ".jte", model, out);
        return out.toString();
    }
}
