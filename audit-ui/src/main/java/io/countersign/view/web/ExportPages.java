// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.sink.EntryOcsf;
import io.countersign.view.index.Cursor;
import io.countersign.view.index.Page;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the Explorer shows, as a file: the same query, time, columns and zone, sent while it is
 * read. Thread-safe.
 */
final class ExportPages {
    /** So many rows at most; the last line of a CSV says whether there were more. */
    static final int MOST = 1_000_000;

    private static final int PAGE = 500;
    private static final String NEWLINE = "\r\n";
    private static final String VERSION =
            Optional.ofNullable(ExportPages.class.getPackage().getImplementationVersion())
                    .orElse("0");

    private final Tools tools;
    private final Finder finder;
    private final int most;

    ExportPages(Tools tools, Finder finder, int most) {
        this.tools = tools;
        this.finder = finder;
        this.most = most;
    }

    Reply export(Ask ask) {
        Asked asked = Asked.of(ask, tools.now());
        String format = ask.text("format").isBlank() ? "csv" : ask.text("format");
        if (!asked.problems().isEmpty() || !format.matches("csv|jsonl|ocsf")) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: nothing exported",
                            asked.problems().isEmpty()
                                    ? "format: expected csv, jsonl or ocsf"
                                    : asked.problems().getFirst().text());
        }
        Search search = finder.search(ask, asked.query(), asked.range());
        tools.note(ask, "export", format + " " + asked.query().text() + " in " + asked.time());
        return switch (format) {
            case "csv" ->
                    Reply.download(
                            "text/csv; charset=utf-8",
                            "entries.csv",
                            out -> csv(out, search, asked.columns(), ask.zone()));
            case "jsonl" ->
                    Reply.download(
                            "application/jsonl",
                            "entries.jsonl",
                            out -> lines(out, search, ExportPages::json));
            default ->
                    Reply.download(
                            "application/jsonl",
                            "entries.ocsf.jsonl",
                            out -> lines(out, search, e -> EntryOcsf.line(e, VERSION)));
        };
    }

    private interface Form {
        Optional<String> of(AuditEntry entry);
    }

    private static Optional<String> json(AuditEntry entry) {
        return Optional.of(new String(entry.encoded(), StandardCharsets.UTF_8));
    }

    private void lines(Reply.Out out, Search search, Form form) throws Exception {
        pages(
                search,
                rows ->
                        out.send(
                                rows.stream()
                                        .map(row -> form.of(row.entry()))
                                        .flatMap(Optional::stream)
                                        .map(line -> line + "\n")
                                        .collect(Collectors.joining())));
    }

    private void csv(Reply.Out out, Search search, List<Column> columns, ZoneId zone)
            throws Exception {
        DateTimeFormatter time =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
        List<String> heading = new ArrayList<>(List.of("Time " + name(zone), "Outcome", "Who"));
        columns.forEach(c -> heading.add(c.title()));
        heading.add("Id");
        out.send(line(heading));
        Ended ended =
                pages(
                        search,
                        rows ->
                                out.send(
                                        rows.stream()
                                                .map(row -> line(cells(row, columns, time, zone)))
                                                .collect(Collectors.joining())));
        out.send(
                "# %,d rows%s%s"
                        .formatted(
                                ended.rows(),
                                ended.isCapped()
                                        ? "; there are more: narrow the search"
                                        : "; complete",
                                NEWLINE));
    }

    private static String name(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }

    private static List<String> cells(
            Row row, List<Column> columns, DateTimeFormatter time, ZoneId zone) {
        AuditEntry entry = row.entry();
        List<String> cells = new ArrayList<>();
        cells.add(time.format(entry.time().atZone(zone)));
        cells.add(Shown.word(Shown.outcome(entry)));
        cells.add(Sentence.who(entry));
        columns.forEach(c ->
                cells.add(
                        c == Column.SENTENCE ? Span.plain(Sentence.of(entry, zone)) : c.of(entry)));
        cells.add(entry.id().toString());
        return cells;
    }

    private static String line(List<String> cells) {
        return cells.stream().map(Names::cell).collect(Collectors.joining(",")) + NEWLINE;
    }

    private record Ended(long rows, boolean isCapped) {}

    private interface Taker {
        void take(List<Row> rows) throws Exception;
    }

    private Ended pages(Search search, Taker taker) throws Exception {
        long sent = 0;
        Cursor cursor = Cursor.NEWEST;
        while (true) {
            Page page = finder.page(search, cursor, (int) Math.min(PAGE, most - sent));
            if (!page.isComplete()) {
                throw new IOException("the index did not answer in time");
            }
            if (!page.rows().isEmpty()) {
                taker.take(page.rows());
            }
            sent += page.rows().size();
            if (!page.hasOlder() || sent >= most) {
                return new Ended(sent, page.hasOlder());
            }
            cursor = new Cursor.OlderThan(page.rows().getLast().id());
        }
    }
}
