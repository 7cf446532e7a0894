// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.Counted;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is different: a search beside what surrounds it, two searches beside one another (such as
 * two policy revisions), or an entry beside another. The URL is the whole question. Thread-safe.
 */
final class DiffPages {
    static final String PATH = "/diff";

    /** What the values of two sides are compared of. */
    private static final List<Field> COMPARED =
            List.of(
                    Field.OUTCOME,
                    Field.REASON,
                    Field.USER,
                    Field.ADDR,
                    Field.ACCOUNT,
                    Field.RULE,
                    Field.SOURCE,
                    Field.CREDENTIAL,
                    Field.SERVER,
                    Field.INSTANCE,
                    Field.LANG,
                    Field.REVISION);

    private static final int VALUES = 200;

    /** So many times its own length is looked at before and after a stretch of time. */
    private static final int AROUND = 4;

    private static final String REST = "rest";
    private static final String TIME = "time";

    private final Tools tools;
    private final Finder finder;

    DiffPages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    /**
     * What a search is compared with.
     *
     * @param isWhole true if it holds what it is compared with, too: that is then taken off
     */
    private record Other(String words, Search search, boolean isWhole) {}

    Reply diff(Ask ask) {
        if (!ask.text("id").isBlank()) {
            return entries(ask);
        }
        Asked asked = Asked.of(ask, tools.now());
        Query with = Query.parse(ask.text("with"));
        if (!asked.problems().isEmpty() || !with.problems().isEmpty()) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: nothing to compare",
                            asked.problems().isEmpty()
                                    ? Names.shown(with.problems().getFirst().toString())
                                    : asked.problems().getFirst().text());
        }
        TimeRange range = finder.bounded(asked.range());
        Search here = finder.search(ask, asked.query(), range);
        tools.note(ask, "diff", asked.query().text() + " in " + asked.time());
        return page(ask, asked, here, other(ask, asked, here, with));
    }

    private Other other(Ask ask, Asked asked, Search here, Query with) {
        if (!with.terms().isEmpty()) {
            return new Other(
                    Names.shown(with.text()) + " of the same time",
                    finder.search(ask, with, here.range()),
                    false);
        }
        if (against(ask, asked).equals(REST)) {
            return new Other(
                    "all others of the same time",
                    finder.search(ask, Query.ALL, here.range()),
                    true);
        }
        return new Other("the time around it", here.in(around(here.range())), true);
    }

    /**
     * Who chose a stretch of time asks about the time, who chose something else asks about that.
     */
    private static String against(Ask ask, Asked asked) {
        String said = ask.text("against");
        if (said.matches(REST + "|" + TIME)) {
            return said;
        }
        boolean isChosen = asked.time().contains("..") || asked.time().contains("~");
        return isChosen || asked.query().terms().isEmpty() ? TIME : REST;
    }

    private static TimeRange around(TimeRange range) {
        Duration more = range.length().multipliedBy(AROUND);
        return new TimeRange(range.from().minus(more), range.to().plus(more));
    }

    private Reply page(Ask ask, Asked asked, Search here, Other other) {
        Counted<Counted.Facets> ours = finder.top(here, COMPARED, VALUES);
        Counted<Counted.Facets> theirs = finder.top(other.search(), COMPARED, VALUES);
        Counted<Counted.Facets> rest = other.isWhole() ? without(theirs, ours) : theirs;
        Diff diff =
                Diff.of(
                        ours,
                        rest,
                        compared(here.query()),
                        (field, value) ->
                                Links.explore(
                                        here.query().with(field, value, false), asked.time()));
        boolean isComplete = ours.isComplete() && theirs.isComplete();
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("What is different", "diff", ask));
        model.put("query", Names.shown(asked.query().text()));
        model.put("range", Shown.range(here.range(), ask));
        model.put("other", other.words());
        model.put("here", diff.here() == 1 ? "1 entry" : "%,d entries".formatted(diff.here()));
        model.put("there", "%,d".formatted(diff.there()));
        model.put("diff", diff.lines());
        model.put("most", diff.most());
        model.put("late", isComplete ? "" : "The time was up: the newest were compared.");
        model.put("isEmptyHere", diff.here() == 0);
        model.put("isEmptyThere", diff.there() == 0);
        model.put("back", asked.link(asked.query().text(), asked.time()));
        model.put("choices", choices(asked));
        return tools.templates().page(200, "diff", model);
    }

    /** What the search itself asks for is different for sure. */
    private static List<Field> compared(Query query) {
        return COMPARED.stream()
                .filter(field ->
                        query.terms().stream()
                                .noneMatch(term ->
                                        term instanceof Query.Has has
                                                && has.field() == field
                                                && !has.negated()))
                .toList();
    }

    /** The counts of a whole without those of its part. */
    private static Counted<Counted.Facets> without(
            Counted<Counted.Facets> whole, Counted<Counted.Facets> part) {
        Map<Field, List<Counted.Value>> values = new HashMap<>();
        for (Field field : COMPARED) {
            Map<String, Long> taken = new HashMap<>();
            part.what().of(field).forEach(value -> taken.put(value.value(), value.count()));
            values.put(
                    field,
                    whole.what().of(field).stream()
                            .map(value ->
                                    new Counted.Value(
                                            value.value(),
                                            value.count() - taken.getOrDefault(value.value(), 0L)))
                            .filter(value -> value.count() > 0)
                            .toList());
        }
        return new Counted<>(
                new Counted.Facets(values),
                Math.max(0, whole.total() - part.total()),
                whole.isComplete() && part.isComplete(),
                whole.took());
    }

    private static List<Fact> choices(Asked asked) {
        String here = link(asked.query().text(), asked.time());
        List<Fact> choices = new ArrayList<>();
        choices.add(new Fact("with the time around it", "", here + "&against=" + TIME));
        if (!asked.query().terms().isEmpty()) {
            choices.add(new Fact("with all others of this time", "", here + "&against=" + REST));
        }
        return choices;
    }

    static String link(String query, String time) {
        return PATH
                + "?t="
                + Links.encoded(time)
                + (query.isBlank() ? "" : "&q=" + Links.encoded(query));
    }

    /** Two searches beside one another. */
    static String link(String query, String with, String time) {
        return link(query, time) + "&with=" + Links.encoded(with);
    }

    /** An entry beside another: by default, the last time that the same name was let in. */
    private Reply entries(Ask ask) {
        Optional<Row> now = finder.entry(ask, ask.text("id"));
        if (now.isEmpty()) {
            return EntryPages.none(tools, ask);
        }
        AuditEntry entry = now.get().entry();
        Optional<Row> then =
                ask.text("with").isBlank()
                        ? lastLetIn(finder, ask, entry)
                        : finder.entry(ask, ask.text("with"));
        if (then.isEmpty()) {
            return tools.templates()
                    .message(
                            ask,
                            404,
                            "Nothing to compare with",
                            "This name was not let in before, or the entry to compare with is not"
                                    + " one that you may see.");
        }
        tools.note(ask, "diff", entry.id() + " with " + then.get().id());
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("What is different", "diff", ask));
        model.put("now", EntryView.of(now.get(), tools.now(), ask.zone()));
        model.put("then", EntryView.of(then.get(), tools.now(), ask.zone()));
        model.put("lines", EntryDiff.of(then.get().entry(), entry, ask.zone()));
        return tools.templates().page(200, "diffentries", model);
    }

    /** The newest login of the same name before an entry that was let in. */
    static Optional<Row> lastLetIn(Finder finder, Ask ask, AuditEntry entry) {
        String name =
                entry.principal().isEmpty()
                        ? entry.presented().map(p -> p.name()).orElse("")
                        : entry.principal();
        if (name.isEmpty() || !entry.time().isAfter(Instant.EPOCH)) {
            return Optional.empty();
        }
        Query query =
                Query.parse(
                        Query.of(Field.USER, name).with(Field.OUTCOME, AuditEntry.ALLOW, false));
        if (!query.problems().isEmpty()) {
            return Optional.empty();
        }
        TimeRange before = new TimeRange(Instant.EPOCH, entry.time());
        return finder.newest(finder.search(ask, query, before), 1).stream().findFirst();
    }
}
