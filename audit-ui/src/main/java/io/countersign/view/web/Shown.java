// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Server;
import io.countersign.view.index.Row;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An entry as templates show it: texts only, harmless ones. */
public record Shown(
        String link,
        String id,
        String outcome,
        String word,
        String icon,
        String iso,
        String time,
        String ago,
        String reason,
        String who,
        String address,
        String account,
        String server,
        String sentence,
        String next) {
    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss.SSS", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    static Shown of(Row row, Instant now) {
        AuditEntry entry = row.entry();
        String outcome = entry.kind() == Kind.DECISION ? entry.decision() : entry.kind().word();
        return new Shown(
                "/entries/" + entry.log() + "/" + entry.seq(),
                entry.id().toString(),
                outcome,
                word(outcome),
                icon(outcome),
                entry.time().toString(),
                FULL.format(entry.time()),
                ago(Duration.between(entry.time(), now)),
                entry.reason(),
                Names.shown(Sentence.who(entry)),
                Names.shown(entry.client().map(Client::address).orElse("")),
                Names.shown(entry.account()),
                Names.shown(entry.server().map(Server::name).orElse("")),
                Sentence.of(entry),
                Sentence.next(entry));
    }

    static String ago(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }

    static String word(String outcome) {
        return switch (outcome) {
            case AuditEntry.ALLOW -> "Allowed";
            case AuditEntry.DENY -> "Denied";
            case AuditEntry.DROP -> "Dropped";
            case "act" -> "Act";
            case "verdict" -> "Verdict";
            case "reload" -> "Reload";
            default -> "Start";
        };
    }

    private static String icon(String outcome) {
        return switch (outcome) {
            case AuditEntry.ALLOW -> "✓";
            case AuditEntry.DENY -> "✕";
            case AuditEntry.DROP -> "⋯";
            default -> "◆";
        };
    }

    /** A fact of an entry. */
    public record Fact(String name, String value, String link) {}

    static List<Fact> facts(AuditEntry entry) {
        List<Fact> facts = new ArrayList<>();
        add(facts, "Principal", entry.principal(), "principal");
        add(facts, "Claimed name", entry.presented().map(p -> p.name()).orElse(""), "presented");
        add(facts, "Account", entry.account(), "account");
        add(facts, "Rule", entry.rule(), "rule");
        add(facts, "Reason", entry.reason(), "reason");
        add(facts, "Detail", entry.detail(), "");
        add(facts, "Authenticator", entry.source(), "source");
        entry.credential()
                .ifPresent(c -> {
                    add(facts, "Credential", c.kind(), "credential");
                    add(facts, "Fingerprint", c.fingerprint(), "");
                });
        entry.client()
                .ifPresent(c -> {
                    add(facts, "Address", c.address(), "addr");
                    add(
                            facts,
                            "Client",
                            (c.name() + " " + c.language() + " " + c.version()).strip(),
                            "");
                    add(
                            facts,
                            "Connection",
                            c.cid() == 0 ? "" : "cid " + c.cid() + " " + c.type(),
                            "");
                });
        entry.server()
                .ifPresent(s -> {
                    add(facts, "Server", s.name(), "server");
                    add(facts, "Server id", s.id(), "");
                });
        add(facts, "Session", entry.session(), "session");
        entry.expires().ifPresent(e -> add(facts, "Expires", FULL.format(e) + " UTC", ""));
        entry.permissions()
                .ifPresent(p -> {
                    add(facts, "May publish", side(p.publish().allow(), p.publish().deny()), "");
                    add(
                            facts,
                            "May subscribe",
                            side(p.subscribe().allow(), p.subscribe().deny()),
                            "");
                });
        add(facts, "Acted", entry.by(), "by");
        add(facts, "Instance", entry.instance(), "instance");
        add(facts, "Revision", entry.revision(), "revision");
        entry.counted().ifPresent(c -> add(facts, "Stands for", c.count() + " alike", ""));
        add(facts, "Left out", String.join(", ", entry.masked()), "");
        add(facts, "Degraded", String.join(", ", entry.degraded()), "");
        add(facts, "Place", entry.log() + " / " + entry.seq(), "");
        add(facts, "Id", entry.id().toString(), "");
        return facts;
    }

    private static String side(List<String> allow, List<String> deny) {
        String all = allow.isEmpty() ? "everything" : String.join(", ", allow);
        return deny.isEmpty() ? all : all + "; not " + String.join(", ", deny);
    }

    private static void add(List<Fact> facts, String name, String value, String field) {
        if (!value.isEmpty()) {
            String query =
                    field.isEmpty()
                            ? ""
                            : "/?t=all&q="
                                    + encoded(
                                            field
                                                    + ":\""
                                                    + value.replace("\\", "\\\\")
                                                            .replace("\"", "\\\"")
                                                    + '"');
            facts.add(new Fact(name, Names.shown(value), query));
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
