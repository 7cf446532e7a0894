// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Field;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The history of one principal, address, account, rule or revision. Thread-safe. */
final class SubjectPages {
    private static final int NEWEST = 25;
    private static final int TOP = 8;
    private static final int REASONS = 5;
    private static final int STRETCHES = 48;

    private final Tools tools;
    private final Finder finder;
    private final Locks locks;

    SubjectPages(Tools tools, Finder finder, Locks locks) {
        this.tools = tools;
        this.finder = finder;
        this.locks = locks;
    }

    /** What a page is about, and what is counted on it. */
    enum Subject {
        PRINCIPAL(
                Field.PRINCIPAL,
                "Principal",
                Field.ADDR,
                Field.ACCOUNT,
                Field.REASON,
                Field.CREDENTIAL),
        ADDRESS(Field.ADDR, "Address", Field.USER, Field.ACCOUNT, Field.REASON, Field.SERVER),
        ACCOUNT(Field.ACCOUNT, "Account", Field.PRINCIPAL, Field.ADDR, Field.RULE, Field.REASON),
        CREDENTIAL(
                Field.CREDENTIAL, "Credential", Field.USER, Field.ADDR, Field.REASON, Field.SOURCE),
        RULE(Field.RULE, "Rule", Field.PRINCIPAL, Field.ADDR, Field.ACCOUNT, Field.INSTANCE),
        REVISION(
                Field.REVISION,
                "Policy revision",
                Field.INSTANCE,
                Field.RULE,
                Field.REASON,
                Field.OUTCOME);

        private final Field field;
        private final String title;

        /** Made by List.of, so nothing can change it. */
        @SuppressWarnings("ImmutableEnumChecker")
        private final List<Field> counted;

        Subject(Field field, String title, Field... counted) {
            this.field = field;
            this.title = title;
            this.counted = List.of(counted);
        }

        /** The parameter that names which one. */
        private String parameter() {
            return this == CREDENTIAL ? "fp" : "v";
        }

        /** As a query names it. */
        private String queried(String value) {
            return this == CREDENTIAL ? "fp:" + value : value;
        }

        /** As revocations, lockouts and sessions name it; empty for what they cannot name. */
        String lockedAs() {
            return switch (this) {
                case PRINCIPAL, ADDRESS, ACCOUNT, CREDENTIAL ->
                        name().toLowerCase(java.util.Locale.ROOT);
                case RULE, REVISION -> "";
            };
        }
    }

    Reply show(Ask ask, Subject subject) throws InterruptedException {
        String value = ask.text(subject.parameter());
        String time = ask.text("t").isBlank() ? "30d" : ask.text("t");
        Optional<TimeRange> range = TimeChoice.parse(time, tools.now(), ask.zone());
        if (value.isBlank() || range.isEmpty()) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: nothing to show",
                            value.isBlank()
                                    ? "The address of this page names nothing (expected: ?%s=VALUE)."
                                            .formatted(subject.parameter())
                                    : "time: expected " + TimeChoice.EXPECTED);
        }
        if (subject == Subject.ADDRESS
                && io.countersign.identity.HostAddress.parse(value).isEmpty()) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: no address",
                            "That is no address. Networks can be searched in the Explorer:"
                                    + " addr:10.0.0.0/8");
        }
        if (subject == Subject.CREDENTIAL && !value.matches("[A-Za-z0-9]{6,128}")) {
            return tools.templates()
                    .message(
                            ask,
                            422,
                            "Problem: no fingerprint",
                            "That is no fingerprint (expected: at least 6 of its letters and"
                                    + " digits).");
        }
        tools.note(ask, "subject", subject.field.word() + " " + value);
        return page(ask, subject, value, time, range.get());
    }

    private Reply page(Ask ask, Subject subject, String value, String time, TimeRange range)
            throws InterruptedException {
        Search search = finder.having(ask, subject.field, subject.queried(value), range);
        List<Row> newest = finder.newest(search, NEWEST);
        Chart chart = finder.chart(search);
        String base = "/explore?q=" + Links.encoded(search.query().text()) + "&t=";
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of(subject.title + " " + Names.shown(value), "subject", ask));
        model.put("title", subject.title);
        model.put("value", Names.shown(value));
        model.put("raw", value);
        model.put("parameter", subject.parameter());
        model.put("path", "/" + ask.path().substring(1));
        model.put("time", time);
        model.put("presets", TimeChoice.PRESETS);
        model.put("chart", chart.view(base, ask.zone()));
        model.put("facts", facts(ask, search, newest));
        model.put("lists", lists(search, subject));
        model.put(
                "trends",
                Trend.of(
                        finder.over(search, Field.REASON, STRETCHES),
                        REASONS,
                        reason -> link(search, Field.REASON, reason),
                        ask.zone()));
        model.put("rows", rows(ask, newest));
        model.put("columns", Column.DEFAULT);
        model.put("all", base + Links.encoded(time));
        model.put("standing", locks.about(ask, subject, value));
        model.put("acts", acts(ask, subject, value));
        return tools.templates().page(200, "subject", model);
    }

    private List<Shown> rows(Ask ask, List<Row> rows) {
        return rows.stream()
                .map(row -> Shown.of(row, tools.now(), ask.zone(), Column.DEFAULT))
                .toList();
    }

    private List<Fact> facts(Ask ask, Search search, List<Row> newest) {
        List<Fact> facts = new ArrayList<>();
        if (!newest.isEmpty()) {
            Row last = newest.getFirst();
            facts.add(
                    new Fact(
                            "Last seen",
                            Shown.full(last.entry().time(), ask.zone())
                                    + " ("
                                    + Shown.ago(
                                            java.time.Duration.between(
                                                    last.entry().time(), tools.now()))
                                    + ")",
                            Links.entry(last.entry().id())));
        }
        finder.first(search)
                .ifPresent(first ->
                        facts.add(new Fact("First seen", Shown.full(first, ask.zone()), "")));
        facts.add(new Fact("Entries in this time", "%,d".formatted(finder.count(search)), ""));
        return facts;
    }

    private List<Ranked> lists(Search search, Subject subject) {
        List<Ranked> lists = new ArrayList<>();
        for (Field field : subject.counted) {
            var top = finder.top(search, field, TOP);
            if (!top.isEmpty()) {
                lists.add(Ranked.of(title(field), top, value -> link(search, field, value)));
            }
        }
        return lists;
    }

    static String title(Field field) {
        return switch (field) {
            case ADDR -> "Where from";
            case USER -> "Names";
            case PRINCIPAL -> "Principals";
            case CREDENTIAL -> "Credentials";
            case REASON -> "Reasons";
            case ACCOUNT -> "Accounts";
            case RULE -> "Rules";
            case SERVER -> "Servers";
            case INSTANCE -> "Instances";
            case OUTCOME -> "Outcomes";
            case SOURCE -> "Authenticators";
            default -> field.word();
        };
    }

    private static String link(Search search, Field field, String value) {
        return switch (field) {
            case ADDR -> Links.subject("address", value);
            case PRINCIPAL -> Links.subject("principal", value);
            case ACCOUNT -> Links.subject("account", value);
            case RULE -> Links.subject("rule", value);
            default ->
                    Links.explore(
                            search.query().with(field, value, false),
                            TimeChoice.frozen(search.range()));
        };
    }

    private List<Fact> acts(Ask ask, Subject subject, String value) {
        if (!ask.mayOperate() || !tools.operations().isThere()) {
            return List.of();
        }
        return switch (subject) {
            case PRINCIPAL ->
                    List.of(
                            ActPages.link("Kick its sessions", "kick", "principal", value),
                            ActPages.link("Revoke", "revoke", "principal", value));
            case ADDRESS ->
                    List.of(
                            ActPages.link("Kick its sessions", "kick", "address", value),
                            ActPages.link("Revoke", "revoke", "address", value));
            case ACCOUNT -> List.of(ActPages.link("Revoke", "revoke", "account", value));
            case CREDENTIAL -> List.of(ActPages.link("Revoke", "revoke", "credential", value));
            case RULE, REVISION -> List.of();
        };
    }
}
