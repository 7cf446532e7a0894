// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Counted;
import io.countersign.view.index.Cursor;
import io.countersign.view.index.Field;
import io.countersign.view.index.Page;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The Explorer, and what its script asks for. The URL is the whole question. Thread-safe. */
final class ExplorerPages {
    private static final Map<Field, String> FACETS = facetTitles();

    private final Tools tools;
    private final Finder finder;

    ExplorerPages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    private static Map<Field, String> facetTitles() {
        Map<Field, String> titles = new java.util.EnumMap<>(Field.class);
        titles.put(Field.OUTCOME, "Outcome");
        titles.put(Field.REASON, "Reason");
        titles.put(Field.ACCOUNT, "Account");
        titles.put(Field.RULE, "Rule");
        titles.put(Field.SOURCE, "Authenticator");
        titles.put(Field.INSTANCE, "Instance");
        titles.put(Field.SERVER, "Server");
        titles.put(Field.LANG, "Client language");
        return titles;
    }

    Reply explore(Ask ask) {
        Asked asked = Asked.of(ask, tools.now());
        if (!asked.problems().isEmpty()) {
            return tools.templates().page(422, "explorer", Map.of("page", flawed(ask, asked)));
        }
        Search search = finder.search(ask, asked.query(), asked.range());
        // Asked before the page is read: what arrives between is counted as newer, and not missed.
        String newest = finder.newestId(ask);
        Page found =
                finder.page(search, Cursor.of(ask.text("before"), ask.text("after")), asked.size());
        tools.note(ask, "search", asked.query().text() + " in " + asked.time());
        ExplorerPage page = page(ask, asked, search, found, newest);
        return tools.templates().page(200, "explorer", Map.of("page", page));
    }

    /** Where to ask how many came since; empty where no newer ones would be shown. */
    private static String fresh(Asked asked, Page found, String newest) {
        return !found.hasNewer() && asked.time().matches("[0-9]+[mhd]|today|all")
                ? asked.link(asked.query().text(), asked.time())
                                .replaceFirst("/explore", "/x/newer")
                        + "&after="
                        + Finder.last(newest, found.rows())
                : "";
    }

    private ExplorerPage page(Ask ask, Asked asked, Search search, Page found, String newest) {
        List<Row> shown = found.rows();
        Chart chart = finder.chart(search);
        Instant now = tools.now();
        Counted<Counted.Facets> counted = finder.top(search, List.copyOf(FACETS.keySet()), 8);
        ExplorerPage.Results results =
                new ExplorerPage.Results(
                        shown.stream()
                                .map(row -> Shown.of(row, now, ask.zone(), asked.columns()))
                                .toList(),
                        asked.columns(),
                        said(counted, found),
                        shown.isEmpty() ? elsewhere(ask, asked) : "");
        return new ExplorerPage(
                Frame.of("Explorer", "explorer", ask),
                asked.query().text(),
                asked.time(),
                TimeChoice.PRESETS,
                Shown.range(asked.range(), ask),
                List.of(),
                chips(asked),
                chart.view(asked.link(asked.query().text(), ""), ask.zone()),
                facets(counted.what(), asked),
                results,
                choices(asked.columns()),
                ask.text("cols"),
                asked.size() == Asked.SIZE ? "" : Integer.toString(asked.size()),
                new ExplorerPage.Views(
                        ViewsPages.own(tools, ask),
                        ViewsPages.BUILT_IN,
                        asked.link(asked.query().text(), asked.time())),
                go(asked, search, found, fresh(asked, found, newest), now));
    }

    private static String said(Counted<Counted.Facets> counted, Page found) {
        String many =
                counted.isExact() || counted.total() > Counted.EXACT
                        ? entries(counted.total())
                        : "At least " + entries(counted.total());
        String late = found.isComplete() ? "" : " · the time was up: there may be more";
        return "%s, newest first · %,d ms%s"
                .formatted(many, Math.max(1, found.took().toMillis()), late);
    }

    private static String entries(long count) {
        if (count > Counted.EXACT) {
            return "More than %,d entries".formatted(Counted.EXACT);
        }
        return count == 1 ? "1 entry" : "%,d entries".formatted(count);
    }

    /** How many there are in a wider time: the first question of who sees nothing. */
    private String elsewhere(Ask ask, Asked asked) {
        long count = finder.count(finder.search(ask, asked.query(), TimeRange.ALL));
        return count == 0 ? "None at any other time either." : entries(count) + " at other times.";
    }

    private static ExplorerPage.Go go(
            Asked asked, Search search, Page found, String fresh, Instant now) {
        String query = asked.query().text();
        String here = asked.link(query, asked.time());
        TimeRange range = search.range();
        boolean all = range.equals(TimeRange.ALL);
        Duration half = range.length().dividedBy(2);
        Duration quarter = range.length().dividedBy(4);
        return new ExplorerPage.Go(
                found.hasNewer() ? here : "",
                found.hasNewer() && !found.rows().isEmpty()
                        ? here + "&after=" + found.rows().getFirst().id()
                        : "",
                found.hasOlder() && !found.rows().isEmpty()
                        ? here + "&before=" + found.rows().getLast().id()
                        : "",
                "/live" + (query.isBlank() ? "" : "?q=" + Links.encoded(query)),
                here.replaceFirst("/explore", "/export"),
                asked.link(query, TimeChoice.frozen(range, now)),
                all ? "" : asked.link(query, shifted(range, half.negated(), half.negated())),
                all ? "" : asked.link(query, shifted(range, half, half)),
                all ? "" : asked.link(query, shifted(range, half.negated(), half)),
                all || range.length().toSeconds() < 4
                        ? ""
                        : asked.link(query, shifted(range, quarter, quarter.negated())),
                here,
                fresh,
                DiffPages.link(query, asked.time()));
    }

    private static String shifted(TimeRange range, Duration from, Duration to) {
        return TimeChoice.frozen(new TimeRange(range.from().plus(from), range.to().plus(to)));
    }

    private static List<ExplorerPage.Chip> chips(Asked asked) {
        Query query = asked.query();
        return IntStream.range(0, query.terms().size())
                .mapToObj(i ->
                        new ExplorerPage.Chip(
                                Names.shown(Query.print(query.terms().get(i))),
                                asked.link(query.without(i), asked.time())))
                .toList();
    }

    private static List<ExplorerPage.FacetView> facets(Counted.Facets facets, Asked asked) {
        List<ExplorerPage.FacetView> views = new ArrayList<>();
        FACETS.forEach((field, title) -> {
            List<Counted.Value> counts = facets.of(field);
            if (!counts.isEmpty()) {
                views.add(
                        new ExplorerPage.FacetView(
                                field.word(),
                                title,
                                counts.stream().map(c -> value(asked, field, c)).toList()));
            }
        });
        return views;
    }

    private static ExplorerPage.Value value(Asked asked, Field field, Counted.Value count) {
        Query query = asked.query();
        boolean isIn =
                query.terms().stream()
                        .anyMatch(term ->
                                term instanceof Query.Has has
                                        && has.field() == field
                                        && !has.negated()
                                        && has.values().equals(List.of(count.value())));
        return new ExplorerPage.Value(
                Names.shown(count.value()),
                "%,d".formatted(count.count()),
                asked.link(query.with(field, count.value(), false), asked.time()),
                asked.link(query.with(field, count.value(), true), asked.time()),
                isIn);
    }

    private static List<ExplorerPage.Choice> choices(List<Column> chosen) {
        return Stream.of(Column.values())
                .map(c -> new ExplorerPage.Choice(c.word(), c.title(), chosen.contains(c)))
                .toList();
    }

    private static ExplorerPage flawed(Ask ask, Asked asked) {
        ExplorerPage.Problem first = asked.problems().getFirst();
        return new ExplorerPage(
                Frame.of("Problem: " + first.text(), "explorer", ask),
                ask.text("q"),
                asked.time(),
                TimeChoice.PRESETS,
                "",
                asked.problems(),
                List.of(),
                new ChartView("", "", List.of(), List.of(), "", "", ""),
                List.of(),
                new ExplorerPage.Results(List.of(), Column.DEFAULT, "", ""),
                choices(Column.DEFAULT),
                "",
                "",
                ExplorerPage.Views.NONE,
                ExplorerPage.Go.NOWHERE);
    }
}
