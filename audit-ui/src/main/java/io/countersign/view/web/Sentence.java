// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Presented;
import io.countersign.view.index.Field;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An entry told in words, for who looks after security. Unknown parts are left out. */
final class Sentence {
    private final List<Span> spans = new ArrayList<>();
    private final AuditEntry entry;
    private final DateTimeFormatter clock;

    private Sentence(AuditEntry entry, ZoneId zone) {
        this.entry = entry;
        this.clock = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(zone);
    }

    static List<Span> of(AuditEntry entry, ZoneId zone) {
        Sentence sentence = new Sentence(entry, zone);
        switch (entry.kind()) {
            case DECISION -> sentence.decision();
            case VERDICT -> sentence.verdict();
            case ACT -> sentence.act();
            case RELOAD -> sentence.reload();
            case START -> sentence.start();
        }
        return List.copyOf(sentence.spans);
    }

    /** Proven or claimed; empty if neither. */
    static String who(AuditEntry entry) {
        if (!entry.principal().isEmpty()) {
            return entry.principal();
        }
        String claimed = entry.presented().map(Presented::name).orElse("");
        return claimed.isEmpty() ? "" : "“" + claimed + "” claimed";
    }

    /** The page of who it was: the proven one's history, or all that used the claimed name. */
    static String whoLink(AuditEntry entry) {
        if (!entry.principal().isEmpty()) {
            return Links.subject("principal", entry.principal());
        }
        return entry.presented()
                .map(Presented::name)
                .filter(name -> !name.isEmpty())
                .map(name -> Links.having(Field.USER, name, Links.ALL))
                .orElse("");
    }

    private void decision() {
        boolean allowed = entry.decision().equals(AuditEntry.ALLOW);
        say(
                switch (entry.decision()) {
                    case AuditEntry.ALLOW -> "Allowed ";
                    case AuditEntry.DENY -> "Denied ";
                    default -> "Dropped ";
                });
        if (who(entry).isEmpty()) {
            say("a client");
        } else {
            value(who(entry), whoLink(entry));
        }
        part(" into ", entry.account(), Links.subject("account", entry.account()));
        String address = entry.client().map(Client::address).orElse("");
        part(" from ", address, Links.subject("address", address));
        String server = entry.server().map(s -> s.name().isEmpty() ? s.id() : s.name()).orElse("");
        part(" on ", server, Links.having(Field.SERVER, server, "24h"));
        if (allowed) {
            part(" by rule ", entry.rule(), Links.subject("rule", entry.rule()));
            part(", proven by ", entry.credential().map(Credential::kind).orElse(""), "");
            part(", until ", entry.expires().map(clock::format).orElse(""), "");
        } else {
            say(": " + because(entry));
        }
        say(".");
        entry.counted().ifPresent(this::times);
    }

    private void times(Counted counted) {
        say(
                " This stands for %,d alike, from %s to %s."
                        .formatted(
                                counted.count(),
                                clock.format(counted.first()),
                                clock.format(counted.last())));
    }

    /** Why, in words; a code of a newer release stands for itself. */
    static String because(AuditEntry entry) {
        return entry.reason().isEmpty()
                ? "no reason was written down"
                : Told.of(entry.reason()).map(Told::because).orElse(entry.reason());
    }

    /** What to do now; empty if there is nothing. */
    static String next(AuditEntry entry) {
        return switch (entry.kind()) {
            case DECISION ->
                    entry.decision().equals(AuditEntry.ALLOW)
                            ? "If it still fails, the cause is after the login: see what the server"
                                    + " made of it, and the permissions."
                            : Told.of(entry.reason()).map(Told::next).orElse("");
            case VERDICT ->
                    entry.decision().equals("refused-by-server")
                            ? "The server disagrees with us: run 'countersign doctor'."
                            : "";
            case ACT, RELOAD, START -> "";
        };
    }

    private void verdict() {
        say(
                switch (entry.decision()) {
                    case "accepted" -> "The server let the client in, as we said.";
                    case "refused-by-server" ->
                            "The server did not accept our answer: nobody got in.";
                    case "timed-out" -> "Our answer came too late for the server.";
                    case "ended" -> "The session ended";
                    default -> "The server reported: " + Names.shown(entry.decision()) + ".";
                });
        if (entry.decision().equals("ended")) {
            part(", ", entry.detail(), "");
            say(".");
        } else {
            part(" It said: ", entry.detail(), "");
        }
    }

    private void act() {
        if (entry.by().isEmpty()) {
            say("The trail itself acted");
        } else {
            value(entry.by(), Links.having(Field.BY, entry.by(), Links.ALL));
            say(" acted");
        }
        part(" (", entry.reason(), "");
        say(entry.reason().isEmpty() ? "" : ")");
        part(" on ", who(entry), whoLink(entry));
        part(": ", entry.detail(), "");
        say(".");
    }

    private void reload() {
        say("Instance ");
        value(entry.instance(), Links.having(Field.INSTANCE, entry.instance(), "24h"));
        if (entry.reason().equals("reload-refused")) {
            say(" refused to reload and stays with revision ");
        } else {
            say(" took revision ");
        }
        value(entry.revision(), Links.subject("revision", entry.revision()));
        say(entry.reason().equals("reload-refused") ? "." : " into force.");
    }

    private void start() {
        say("Instance ");
        value(entry.instance(), Links.having(Field.INSTANCE, entry.instance(), "24h"));
        say(" started.");
    }

    private void say(String words) {
        if (!words.isEmpty()) {
            spans.add(Span.words(words));
        }
    }

    private void value(String text, String link) {
        spans.add(Span.value(text, link));
    }

    private void part(String before, String text, String link) {
        if (!text.isEmpty()) {
            say(before);
            value(text, link);
        }
    }
}
