// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.Counted;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import io.countersign.view.index.TrailState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page to begin with: how much, what is new, what needs attention. Thread-safe. */
public final class OverviewPages {
    private static final int TOP = 6;
    private static final long BURST = 10;
    private static final long BURST_TIMES = 4;
    private static final Duration SILENT = Duration.ofMinutes(10);

    private final Tools tools;
    private final Finder finder;

    OverviewPages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    /**
     * A number with its change.
     *
     * @param change against the time before; empty if there was nothing to compare with
     */
    public record Rate(String outcome, String word, String count, String change, String link) {}

    /** Something that somebody should look at. */
    public record Alert(String text, String link) {}

    /** An instance, with the state of its newest trail. */
    public record Health(
            String name, String link, String last, String trail, String word, boolean isGood) {}

    Reply overview(Ask ask) {
        String time = TimeChoice.orDefault(ask.text("t"));
        Optional<TimeRange> range = TimeChoice.parse(time, tools.now(), ask.zone());
        if (range.isEmpty()) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: no such time",
                            "time: "
                                    + Names.shown(time)
                                    + " (expected: "
                                    + TimeChoice.EXPECTED
                                    + ")");
        }
        TimeRange now = finder.bounded(range.get());
        Search all = finder.search(ask, Query.ALL, now);
        Search refused = finder.having(ask, Field.OUTCOME, AuditEntry.DENY, now);
        Chart chart = finder.chart(all);
        Chart before = finder.chart(all.in(TimeChoice.before(now)));
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Overview", "overview", ask));
        model.put("time", time);
        model.put("presets", TimeChoice.PRESETS);
        model.put("rates", rates(chart, before, time));
        model.put("chart", chart.view("/explore?t=", ask.zone()));
        model.put("alerts", alerts(ask, all, chart, time));
        model.put("lists", lists(refused, time));
        model.put("fresh", fresh(ask, all));
        model.put("health", health(ask));
        model.put("revisions", revisions(ask, all));
        model.put("revisionDiff", revisionDiff(ask, all, time));
        model.put("isEmpty", finder.lastArrival() < 0);
        return tools.templates().page(200, "overview", model);
    }

    private static List<Rate> rates(Chart chart, Chart before, String time) {
        return List.of(
                rate(AuditEntry.ALLOW, chart.allAllowed(), before.allAllowed(), time),
                rate(AuditEntry.DENY, chart.allDenied(), before.allDenied(), time),
                rate(AuditEntry.DROP, chart.allDropped(), before.allDropped(), time));
    }

    private static Rate rate(String outcome, long now, long before, String time) {
        long percent = before == 0 ? 0 : Math.round(100.0 * (now - before) / before);
        String change =
                before < 10
                        ? ""
                        : percent > 999 ? "more than ten times" : "%+d %%".formatted(percent);
        return new Rate(
                outcome,
                Shown.word(outcome),
                "%,d".formatted(now),
                change,
                Links.having(Field.OUTCOME, outcome, time));
    }

    private List<Alert> alerts(Ask ask, Search all, Chart chart, String time) {
        List<Alert> alerts = new ArrayList<>();
        int worst = chart.worst();
        if (worst >= 0) {
            long typical = chart.allDenied() / Math.max(1, chart.denied().length);
            long most = chart.denied()[worst];
            if (most >= BURST && most >= BURST_TIMES * Math.max(1, typical)) {
                alerts.add(burst(all, chart, worst));
            }
        }
        if (chart.allDropped() > 0) {
            alerts.add(
                    new Alert(
                            "%,d clients got no answer: our fault, not theirs"
                                    .formatted(chart.allDropped()),
                            Links.having(Field.OUTCOME, AuditEntry.DROP, time)));
        }
        Search refusedByServer =
                finder.search(ask, Query.parse("verdict:refused,timeout"), all.range());
        if (!finder.newest(refusedByServer, 1).isEmpty()) {
            alerts.add(
                    new Alert(
                            "a server did not accept our answer",
                            Links.explore(refusedByServer.query().text(), time)));
        }
        List<Counted.Value> revisions = lastRevisions(ask, all);
        if (revisions.size() > 1) {
            alerts.add(
                    new Alert(
                            "instances have different policy revisions: "
                                    + String.join(
                                            ", ",
                                            revisions.stream()
                                                    .map(c -> Names.shown(c.value()))
                                                    .toList()),
                            "#revisions"));
        }
        alerts.addAll(trailAlerts(ask));
        return alerts;
    }

    private Alert burst(Search all, Chart chart, int worst) {
        Instant start = chart.start(worst);
        TimeRange range = new TimeRange(start, start.plusMillis(chart.width()));
        Search search = all.in(range).with(Field.OUTCOME, AuditEntry.DENY);
        String reason =
                finder.top(search, Field.REASON, 1).stream()
                        .map(Counted.Value::value)
                        .findFirst()
                        .orElse("refusals");
        int addresses = finder.top(search, Field.ADDR, 100).size();
        return new Alert(
                "burst: %,d refusals in %s, mostly %s, from %s"
                        .formatted(
                                chart.denied()[worst],
                                chart.view("", java.time.ZoneOffset.UTC).stretch(),
                                Names.shown(reason),
                                addresses == 1 ? "1 address" : addresses + " addresses"),
                Links.explore(search.query().text(), TimeChoice.frozen(range)));
    }

    private List<Ranked> lists(Search refused, String time) {
        return List.of(
                Ranked.of(
                        "Refusals by reason",
                        finder.top(refused, Field.REASON, TOP),
                        v -> Links.explore(refused.query().with(Field.REASON, v, false), time)),
                Ranked.of(
                        "Top refused names",
                        finder.top(refused, Field.USER, TOP),
                        v -> Links.explore(refused.query().with(Field.USER, v, false), time)),
                Ranked.of(
                        "Top refused addresses",
                        finder.top(refused, Field.ADDR, TOP),
                        v -> Links.subject("address", v)));
    }

    /** Who is in an entry that is the first of its principal or address. */
    private List<Ranked> fresh(Ask ask, Search all) {
        Search first = finder.search(ask, Query.parse("is:first outcome:allow"), all.range());
        return List.of(
                Ranked.of(
                        "First seen, let in",
                        finder.top(first, Field.USER, TOP),
                        v -> Links.explore(first.query().with(Field.USER, v, false), "all")),
                Ranked.of(
                        "From addresses",
                        finder.top(first, Field.ADDR, TOP),
                        v -> Links.subject("address", v)));
    }

    /** Trails show what all accounts did, so they are for those who may see all. */
    private List<Health> health(Ask ask) {
        if (!ask.viewer().seesAll()) {
            return List.of();
        }
        Instant now = tools.now();
        return finder.trails().stream()
                .sorted(
                        Comparator.comparing(TrailState::instance)
                                .thenComparing(TrailState::heard, Comparator.reverseOrder()))
                .map(trail -> health(trail, now))
                .toList();
    }

    private static Health health(TrailState trail, Instant now) {
        TrailState.Condition condition = trail.condition(now, SILENT);
        String said =
                switch (condition) {
                    case BROKEN -> "broken: " + trail.broken();
                    case GAP -> "missing: " + trail.gap();
                    case SILENT -> "silent";
                    case BEHIND ->
                            trail.verified() == 0
                                    ? "not yet under a checkpoint"
                                    : "verified to %,d".formatted(trail.verified());
                    case VERIFIED -> "verified to %,d".formatted(trail.verified());
                };
        return new Health(
                Names.shown(trail.instance()),
                Links.having(Field.INSTANCE, trail.instance(), "24h"),
                Shown.ago(Duration.between(trail.heard(), now)),
                Names.shown(said),
                "%,d entries".formatted(trail.entries()),
                condition == TrailState.Condition.VERIFIED
                        || condition == TrailState.Condition.BEHIND);
    }

    private List<Alert> trailAlerts(Ask ask) {
        return health(ask).stream()
                .filter(one -> !one.isGood())
                .map(one -> new Alert("trail of " + one.name() + " is " + one.trail(), one.link()))
                .toList();
    }

    /** The revision of the newest entry of each instance. */
    private List<Counted.Value> lastRevisions(Ask ask, Search all) {
        Map<String, Long> revisions = new HashMap<>();
        for (Counted.Value instance : finder.top(all, Field.INSTANCE, 50)) {
            finder
                    .newest(finder.having(ask, Field.INSTANCE, instance.value(), all.range()), 1)
                    .stream()
                    .findFirst()
                    .filter(row -> row.entry().time().plus(SILENT).isAfter(tools.now()))
                    .ifPresent(row -> revisions.merge(row.entry().revision(), 1L, Long::sum));
        }
        return revisions.entrySet().stream()
                .map(e -> new Counted.Value(e.getKey(), e.getValue()))
                .sorted(Comparator.comparing(Counted.Value::value))
                .toList();
    }

    /** The decisions under the newest two beside one another; empty if there are no two. */
    private String revisionDiff(Ask ask, Search all, String time) {
        List<String> newest =
                finder.top(all, Field.REVISION, TOP).stream()
                        .map(count -> Query.of(Field.REVISION, count.value()))
                        .sorted(
                                Comparator.comparing(query ->
                                        finder.first(finder.search(ask, query, all.range()))
                                                .orElse(Instant.EPOCH)))
                        .map(Query::text)
                        .toList()
                        .reversed();
        return newest.size() < 2 ? "" : DiffPages.link(newest.get(0), newest.get(1), time);
    }

    private List<Fact> revisions(Ask ask, Search all) {
        return finder.top(all, Field.REVISION, TOP).stream()
                .map(count -> {
                    Search of = finder.having(ask, Field.REVISION, count.value(), all.range());
                    String since =
                            finder.first(of)
                                    .map(time -> "since " + Shown.full(time, ask.zone()))
                                    .orElse("");
                    return new Fact(
                            Names.shown(count.value()),
                            since + " · " + "%,d entries".formatted(count.count()),
                            Links.subject("revision", count.value()));
                })
                .toList();
    }
}
