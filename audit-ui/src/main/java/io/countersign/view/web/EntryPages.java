// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One entry: in words, in facts, in time, among its neighbours. Thread-safe. */
public final class EntryPages {
    private static final Duration NEAR = Duration.ofMinutes(5);
    private static final String JSON = ".json";
    private static final String PROOF = ".tlog-proof";
    private static final Set<String> FORMS = Set.of("", JSON, PROOF);

    private final Tools tools;
    private final Finder finder;

    EntryPages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    /** Others that have something in common with an entry, close to it in time. */
    public record Neighbours(String what, String count, String link) {}

    Reply entry(Ask ask) {
        String name = ask.path().substring("/e/".length());
        int dot = name.indexOf('.');
        String id = dot < 0 ? name : name.substring(0, dot);
        String form = dot < 0 ? "" : name.substring(dot);
        Optional<Row> row = FORMS.contains(form) ? finder.entry(ask, id) : Optional.empty();
        if (row.isEmpty()) {
            return none(tools, ask);
        }
        tools.note(ask, "entry" + form.replace('.', '-'), id);
        return switch (form) {
            case JSON -> json(row.get());
            case PROOF -> proof(ask, row.get());
            default -> page(ask, row.get());
        };
    }

    static Reply none(Tools tools, Ask ask) {
        return tools.templates()
                .message(
                        ask,
                        404,
                        "No such entry",
                        "There is none with this id, or it is of an account that you may not see."
                                + " Whoever holds the full id can ask under Why.");
    }

    /** The very bytes whose hash stands in the log, so nothing is added to them. */
    private static Reply json(Row row) {
        return Reply.of(200, "application/json", new String(row.body(), StandardCharsets.UTF_8))
                .with("Content-Disposition", "inline; filename=\"entry.json\"");
    }

    private Reply proof(Ask ask, Row row) {
        return finder.proof(row)
                .map(proof ->
                        Reply.of(200, Reply.PLAIN, proof.inclusion().text())
                                .with(
                                        "Content-Disposition",
                                        "attachment; filename=\"entry.tlog-proof\""))
                .orElseGet(() ->
                        tools.templates()
                                .message(
                                        ask,
                                        404,
                                        "No proof yet",
                                        "No checkpoint that this view has read covers the entry."));
    }

    private Reply page(Ask ask, Row row) {
        AuditEntry entry = row.entry();
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Entry", "entry", ask));
        model.put("entry", EntryView.of(row, tools.now(), ask.zone()));
        model.put("about", about(ask, entry));
        model.put("neighbours", neighbours(ask, entry));
        model.put("acts", acts(ask, entry));
        model.put(
                "explain",
                ExplainPages.canExplain(entry) ? Links.entry(entry.id()) + ExplainPages.PATH : "");
        model.put("diff", diff(ask, entry));
        model.put("hasRule", !entry.rule().isEmpty() && ask.viewer().seesAll());
        model.put(
                "proof",
                ProofView.of(finder.proof(row), Links.entry(entry.id()) + PROOF, ask.zone()));
        model.put("json", Names.shown(new String(entry.encoded(), StandardCharsets.UTF_8)));
        return tools.templates().page(200, "entry", model);
    }

    /** Where a refusal is put beside the last time that the same name was let in. */
    private String diff(Ask ask, AuditEntry entry) {
        boolean isRefusal =
                entry.kind() == Kind.DECISION && !entry.decision().equals(AuditEntry.ALLOW);
        return isRefusal && DiffPages.lastLetIn(finder, ask, entry).isPresent()
                ? DiffPages.PATH + "?id=" + entry.id()
                : "";
    }

    /** What became of a decision; and the decision that something else is about. */
    private List<Shown> about(Ask ask, AuditEntry entry) {
        List<Row> rows = new ArrayList<>(finder.about(ask, entry.id()));
        entry.refersTo().flatMap(id -> finder.entry(ask, id.toString())).ifPresent(rows::addFirst);
        return rows.stream()
                .map(r -> Shown.of(r, tools.now(), ask.zone(), List.of(Column.SENTENCE)))
                .toList();
    }

    private List<Neighbours> neighbours(Ask ask, AuditEntry entry) {
        List<Neighbours> near = new ArrayList<>();
        add(near, ask, entry, "Same principal", Field.PRINCIPAL, entry.principal());
        add(
                near,
                ask,
                entry,
                "Same claimed name",
                Field.PRESENTED,
                entry.principal().isEmpty()
                        ? entry.presented().map(Presented::name).orElse("")
                        : "");
        add(
                near,
                ask,
                entry,
                "Same address",
                Field.ADDR,
                entry.client().map(Client::address).orElse(""));
        add(
                near,
                ask,
                entry,
                "Same server",
                Field.SERVER,
                entry.server().map(Server::name).orElse(""));
        add(near, ask, entry, "Same session", Field.SESSION, entry.session());
        TimeRange range = around(entry);
        near.add(
                new Neighbours(
                        "Everything",
                        "%,d".formatted(finder.count(finder.search(ask, Query.ALL, range))),
                        Links.explore("", TimeChoice.frozen(range))));
        return near;
    }

    private static TimeRange around(AuditEntry entry) {
        return new TimeRange(entry.time().minus(NEAR), entry.time().plus(NEAR));
    }

    private void add(
            List<Neighbours> near,
            Ask ask,
            AuditEntry entry,
            String what,
            Field field,
            String value) {
        if (!value.isEmpty()) {
            TimeRange range = around(entry);
            long count = finder.count(finder.having(ask, field, value, range));
            near.add(
                    new Neighbours(
                            what,
                            "%,d".formatted(count),
                            Links.having(field, value, TimeChoice.frozen(range))));
        }
    }

    /** What one could do about it. */
    private List<Fact> acts(Ask ask, AuditEntry entry) {
        if (!ask.mayOperate() || !tools.operations().isThere() || entry.kind() != Kind.DECISION) {
            return List.of();
        }
        List<Fact> acts = new ArrayList<>();
        if (!entry.principal().isEmpty()) {
            acts.add(
                    ActPages.link(
                            "Revoke this principal", "revoke", "principal", entry.principal()));
            acts.add(ActPages.link("Kick its sessions", "kick", "principal", entry.principal()));
        }
        entry.credential()
                .filter(c -> !c.fingerprint().isEmpty())
                .ifPresent(c ->
                        acts.add(
                                ActPages.link(
                                        "Revoke this credential",
                                        "revoke",
                                        "credential",
                                        c.fingerprint())));
        entry.client()
                .map(Client::address)
                .filter(a -> !a.isEmpty())
                .ifPresent(a ->
                        acts.add(ActPages.link("Revoke this address", "revoke", "address", a)));
        return acts;
    }

    /** The page for who was refused: by the full id, or by the name and the time. */
    Reply why(Ask ask) {
        String id = ask.text("id").strip();
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Why", "why", ask));
        model.put("id", id);
        model.put("user", ask.text("user"));
        if (id.isEmpty()) {
            model.put("answers", byName(ask));
            model.put("problem", "");
            return tools.templates().page(200, "why", model);
        }
        Optional<Row> row = finder.entryOfAnybody(id);
        tools.note(ask, "why", id);
        model.put("answers", row.map(r -> List.of(why(ask, r))).orElse(List.of()));
        model.put("problem", row.isPresent() ? "" : unknown(id));
        return tools.templates().page(row.isPresent() ? 200 : 404, "why", model);
    }

    private Why why(Ask ask, Row row) {
        boolean isServers =
                finder.aboutForAnybody(row.entry().id()).stream()
                        .anyMatch(r -> r.entry().decision().matches("refused-by-server|timed-out"));
        return Why.of(row, isServers, ask.zone());
    }

    private static String unknown(String id) {
        if (id.contains("Authorization Violation")) {
            return "That is what every refused client sees. Ask for the entry id in the server's"
                    + " log, or search by the name below.";
        }
        if (id.contains("maximum account active connections")) {
            return "In operator mode that text usually means that the login was refused or not"
                    + " answered: search by the name below.";
        }
        return "No entry has this id (expected: the whole id, 36 characters).";
    }

    /** Within the accounts of whoever asks. */
    private List<Why> byName(Ask ask) {
        String user = ask.text("user").strip();
        Optional<TimeRange> range = TimeChoice.parse(ask.text("t"), tools.now(), ask.zone());
        if (user.isEmpty() || range.isEmpty()) {
            return List.of();
        }
        tools.note(ask, "why", "user " + user);
        return finder.newest(finder.having(ask, Field.USER, user, range.get()), 10).stream()
                .filter(row -> row.entry().kind() == Kind.DECISION)
                .map(row -> why(ask, row))
                .toList();
    }
}
