// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Behind;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.TimeRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the script of the Explorer asks for while its page stands there. Thread-safe. */
final class ExplorerParts {
    private final Tools tools;
    private final Finder finder;

    ExplorerParts(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    /** How many entries that match came since a page was made; 0 if that is not known. */
    Reply newer(Ask ask) {
        Query query = Query.parse(ask.text("q"));
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), tools.now(), ask.zone());
        if (!query.problems().isEmpty() || range.isEmpty()) {
            return Reply.of(422, Reply.PLAIN, "0");
        }
        // An index that was empty then has nothing that the page could name.
        OptionalLong seen =
                ask.text("after").isEmpty()
                        ? OptionalLong.of(-1)
                        : finder.arrivalOf(ask.text("after"));
        if (seen.isEmpty()) {
            return Reply.of(200, Reply.PLAIN, "0");
        }
        Behind behind =
                finder.behind(finder.search(ask, query, range.get()), seen.getAsLong(), 1, 1);
        long count = behind.rows().size() + behind.skipped().map(Behind.Skipped::count).orElse(0L);
        return Reply.of(200, Reply.PLAIN, "%,d".formatted(count));
    }

    /** What the box could mean: fields, then values of a field by how frequent they are. */
    Reply suggest(Ask ask) {
        String text = ask.text("q");
        String word = text.substring(text.lastIndexOf(' ') + 1);
        String head = text.substring(0, text.length() - word.length());
        String sign = word.startsWith("-") ? "-" : "";
        String bare = word.substring(sign.length());
        int colon = bare.indexOf(':');
        List<String> found =
                colon < 0
                        ? fields(bare).map(f -> head + sign + f + ":").toList()
                        : values(ask, bare.substring(0, colon), bare.substring(colon + 1))
                                .map(v -> head + sign + v)
                                .toList();
        return tools.templates().page(200, "suggest", Map.of("options", found));
    }

    private static Stream<String> fields(String start) {
        return Stream.of(Field.values())
                .map(Field::word)
                .filter(word ->
                        !start.isEmpty()
                                && word.startsWith(start.toLowerCase(java.util.Locale.ROOT)))
                .limit(8);
    }

    private Stream<String> values(Ask ask, String word, String start) {
        Optional<Field> field = Field.of(word);
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), tools.now(), ask.zone());
        if (field.isEmpty() || range.isEmpty()) {
            return Stream.of();
        }
        // Of the newest matches, and within some milliseconds: it is asked at every key.
        return finder
                .suggest(
                        finder.search(ask, Query.ALL, range.get()),
                        field.get(),
                        start.replace("\"", ""),
                        8)
                .stream()
                .map(value -> Query.ALL.with(field.get(), value.value(), false));
    }

    /** What stands below a row that was opened. */
    Reply row(Ask ask) {
        return finder.entry(ask, ask.text("id"))
                .map(row ->
                        tools.templates()
                                .page(
                                        200,
                                        "more",
                                        Map.of(
                                                "entry",
                                                EntryView.of(row, tools.now(), ask.zone()))))
                .orElseGet(() -> Reply.html(404, ""));
    }
}
