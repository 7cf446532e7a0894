// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.GrantedPermissions;
import io.countersign.audit.GrantedPermissions.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A recorded decision beside what an instance makes of the same login now, as templates show it.
 *
 * @param told what it comes to, in a sentence
 * @param isSame whether nothing is different
 * @param changes permissions gained and lost; empty if there are none, or they are not told
 * @param notes what could not be judged
 */
public record Explained(
        String outcome,
        String word,
        String told,
        boolean isSame,
        List<Line> lines,
        List<Change> changes,
        List<String> notes) {
    private static final String EVERYTHING = "everything";
    private static final String ELSEWHERE =
            "It would lead to an account that you may not see; more is not told here.";

    /** One aspect, then and now. */
    public record Line(String name, String then, String now, boolean differs) {
        static Line of(String name, String then, String now) {
            return new Line(name, shown(then), shown(now), !then.equals(now));
        }

        private static String shown(String text) {
            return text.isEmpty() ? "–" : Names.shown(text);
        }
    }

    /** Subjects of one direction. */
    public record Change(String name, List<String> gained, List<String> lost) {}

    /** What there was, or is, to do with permissions: none at all if refused. */
    private record Rights(Optional<GrantedPermissions> permissions, boolean isAllowed) {
        Set<String> publish() {
            return permissions.map(p -> side(p.publish())).orElse(Set.of());
        }

        Set<String> subscribe() {
            return permissions.map(p -> side(p.subscribe())).orElse(Set.of());
        }

        Set<String> notPublish() {
            return permissions.map(p -> set(p.publish().deny())).orElse(Set.of());
        }

        Set<String> notSubscribe() {
            return permissions.map(p -> set(p.subscribe().deny())).orElse(Set.of());
        }

        private static Set<String> side(Subjects side) {
            return side.allow().isEmpty() ? Set.of(EVERYTHING) : set(side.allow());
        }

        private static Set<String> set(List<String> subjects) {
            return new LinkedHashSet<>(subjects);
        }

        String responses() {
            return permissions
                    .flatMap(GrantedPermissions::responses)
                    .map(r -> r.max() < 0 ? "any number" : "%,d".formatted(r.max()))
                    .orElse("");
        }
    }

    /** Compares; {@code answer} is what the instance said. */
    static Explained of(AuditEntry entry, JsonNode answer, Ask ask) {
        boolean isNow = answer.path("allowed").asBoolean();
        boolean was = entry.decision().equals(AuditEntry.ALLOW);
        JsonNode grant = answer.path("grant");
        String account = grant.path("account").asText("");
        boolean isHidden = isNow && !ask.viewer().seesAll() && !ask.accounts().contains(account);
        if (isHidden) {
            return new Explained(
                    AuditEntry.ALLOW,
                    "Allowed",
                    ELSEWHERE,
                    false,
                    List.of(revision(entry, answer)),
                    List.of(),
                    List.of());
        }
        Rights then = new Rights(was ? entry.permissions() : Optional.empty(), was);
        Rights now = new Rights(isNow ? Optional.of(permissions(grant)) : Optional.empty(), isNow);
        boolean isUnknown = was && entry.permissions().isEmpty();
        List<Change> changes = isUnknown ? List.of() : changes(then, now);
        List<Line> lines = lines(entry, answer, then, now, ask);
        boolean isSame =
                changes.isEmpty()
                        && lines.stream()
                                .noneMatch(l -> l.differs() && !l.name().equals("Policy revision"));
        return new Explained(
                isNow ? AuditEntry.ALLOW : AuditEntry.DENY,
                isNow ? "Allowed" : "Denied",
                told(entry, answer, isSame),
                isSame,
                lines,
                changes,
                notes(entry, answer, isUnknown, ask));
    }

    private static String told(AuditEntry entry, JsonNode answer, boolean isSame) {
        boolean was = entry.decision().equals(AuditEntry.ALLOW);
        if (answer.path("allowed").asBoolean()) {
            String rule = Names.shown(answer.path("rule").asText());
            if (!was) {
                return "It would now be allowed, by rule " + rule + ".";
            }
            return isSame
                    ? "The same: allowed by rule " + rule + ", with the same permissions."
                    : "It would be allowed again, by rule " + rule + ", but not as it was.";
        }
        String code = answer.path("reason").asText();
        String why = Told.of(code).map(Told::because).orElse(code);
        if (was) {
            return "It would now be refused: " + Names.shown(why) + ".";
        }
        return isSame
                ? "The same: it would be refused again, because " + Names.shown(why) + "."
                : "It would still be refused, but for another reason: " + Names.shown(why) + ".";
    }

    private static Line revision(AuditEntry entry, JsonNode answer) {
        return Line.of("Policy revision", entry.revision(), answer.path("revision").asText(""));
    }

    private static List<Line> lines(
            AuditEntry entry, JsonNode answer, Rights then, Rights now, Ask ask) {
        List<Line> lines = new ArrayList<>();
        lines.add(
                Line.of(
                        "Outcome",
                        Shown.word(entry.decision()),
                        now.isAllowed() ? "Allowed" : "Denied"));
        lines.add(Line.of("Reason", entry.reason(), answer.path("reason").asText("")));
        if (ask.viewer().seesAll() || now.isAllowed()) {
            lines.add(Line.of("Rule", entry.rule(), answer.path("rule").asText("")));
        }
        if (then.isAllowed() || now.isAllowed()) {
            lines.add(
                    Line.of(
                            "Account",
                            then.isAllowed() ? entry.account() : "",
                            answer.path("grant").path("account").asText("")));
            lines.add(Line.of("May answer requests", then.responses(), now.responses()));
        }
        lines.add(revision(entry, answer));
        return lines;
    }

    private static List<String> notes(
            AuditEntry entry, JsonNode answer, boolean isUnknown, Ask ask) {
        List<String> notes = new ArrayList<>();
        boolean seesAll = ask.viewer().seesAll();
        String detail = answer.path("detail").asText("");
        if (!detail.isEmpty() && seesAll) {
            notes.add("Detail: " + Names.shown(detail));
        }
        for (JsonNode open : answer.path("open")) {
            List<String> asks = new ArrayList<>();
            open.path("asks").forEach(ask1 -> asks.add(Names.shown(ask1.asText())));
            String rule = seesAll ? "Rule " + Names.shown(open.path("rule").asText()) : "A rule";
            notes.add(
                    "%s might decide otherwise: it asks for %s, which entries do not hold."
                            .formatted(rule, String.join(" and ", asks)));
        }
        if (isUnknown) {
            notes.add("The entry does not hold the permissions of then, so they are not compared.");
        }
        boolean isCut =
                entry.permissions()
                        .filter(p ->
                                isFull(p.publish().allow())
                                        || isFull(p.publish().deny())
                                        || isFull(p.subscribe().allow())
                                        || isFull(p.subscribe().deny()))
                        .isPresent();
        if (isCut) {
            notes.add("Entries hold %,d subjects a list: no more are compared.".formatted(MOST));
        }
        String at = answer.path("time").asText("");
        notes.add(
                "Asked of instance %s at %s. Rates and lockouts are not asked, and the proof of who"
                                .formatted(
                                        Names.shown(answer.path("instance").asText("")),
                                        time(at, ask))
                        + " it was is taken as given.");
        return notes;
    }

    /** As many as an entry holds of each. */
    private static final int MOST = 64;

    private static boolean isFull(List<String> subjects) {
        return subjects.size() >= MOST;
    }

    private static String time(String text, Ask ask) {
        try {
            return Shown.full(Instant.parse(text), ask.zone());
        } catch (java.time.DateTimeException e) {
            return Names.shown(text);
        }
    }

    private static List<Change> changes(Rights then, Rights now) {
        List<Change> changes = new ArrayList<>();
        add(changes, "May publish", then.publish(), now.publish());
        add(changes, "May not publish", then.notPublish(), now.notPublish());
        add(changes, "May subscribe", then.subscribe(), now.subscribe());
        add(changes, "May not subscribe", then.notSubscribe(), now.notSubscribe());
        return changes;
    }

    private static void add(List<Change> changes, String name, Set<String> then, Set<String> now) {
        Set<String> gained = new LinkedHashSet<>(now);
        gained.removeAll(then);
        Set<String> lost = new LinkedHashSet<>(then);
        lost.removeAll(now);
        if (!gained.isEmpty() || !lost.isEmpty()) {
            changes.add(
                    new Change(
                            name,
                            gained.stream().map(Names::shown).toList(),
                            lost.stream().map(Names::shown).toList()));
        }
    }

    /** Cut as in an entry, so that what is longer than that shows no difference. */
    private static GrantedPermissions permissions(JsonNode grant) {
        JsonNode responses = grant.path("responses");
        return new GrantedPermissions(
                subjects(grant.path("publish")),
                subjects(grant.path("subscribe")),
                responses.isObject()
                        ? Optional.of(
                                new GrantedPermissions.Responses(responses.path("max").asLong(), 0))
                        : Optional.empty());
    }

    private static Subjects subjects(JsonNode side) {
        return new Subjects(texts(side.path("allow")), texts(side.path("deny")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
