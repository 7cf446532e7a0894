// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.identity.HostAddress;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is in force now, asked of the instances: revocations, lockouts, live sessions. Thread-safe.
 */
public final class Locks {
    private final Operations operations;

    Locks(Operations operations) {
        this.operations = operations;
    }

    /**
     * A revocation or a lockout.
     *
     * @param lift where it can be lifted; empty if it cannot
     */
    public record Lock(
            String id,
            String kind,
            String what,
            String whatLink,
            String by,
            String reason,
            String since,
            String until,
            String lift) {}

    /** A live connection. */
    public record Live(
            String principal,
            String principalLink,
            String account,
            String address,
            String server,
            String since,
            String kick) {}

    /**
     * What was asked, or why there is no answer.
     *
     * @param problem empty if there is an answer
     */
    public record Answer<T>(List<T> list, String problem) {
        static <T> Answer<T> none(String problem) {
            return new Answer<>(List.of(), problem);
        }
    }

    /** Makes something of an answer. */
    private interface Reader<T> {
        T read(JsonNode node);
    }

    Answer<Lock> revocations(Ask ask) throws InterruptedException {
        return ask(ask, "revocations", body(), "revocations", node -> revocation(node, ask));
    }

    Answer<Lock> lockouts(Ask ask) throws InterruptedException {
        return ask(ask, "lockouts", body(), "lockouts", node -> lockout(node, ask));
    }

    Answer<Live> sessions(Ask ask, String kind, String value) throws InterruptedException {
        ObjectNode body = body();
        if (!kind.isEmpty()) {
            body.putObject("filter").put(kind, value);
        }
        return ask(ask, "sessions", body, "sessions", node -> live(node, ask.zone()));
    }

    private <T> Answer<T> ask(
            Ask ask, String verb, ObjectNode body, String member, Reader<T> reader)
            throws InterruptedException {
        if (!operations.isThere()) {
            return Answer.none("This view has no key to ask the instances (view.yaml: admin).");
        }
        try {
            JsonNode answer = operations.ask(verb, body, ask.viewer().fullName(), once());
            if (answer.has("refused")) {
                return Answer.none(
                        "The instance refused: " + Names.shown(answer.path("refused").asText()));
            }
            List<T> list = new ArrayList<>();
            answer.path(member).forEach(node -> list.add(reader.read(node)));
            return new Answer<>(list, "");
        } catch (IOException e) {
            return Answer.none(
                    "The instances cannot be asked: " + Names.shown("" + e.getMessage()));
        }
    }

    static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String once() {
        return UUID.randomUUID().toString();
    }

    private static Lock revocation(JsonNode node, Ask ask) {
        String kind = text(node, "kind");
        String value = text(node, "value");
        String id = text(node, "id");
        return new Lock(
                id,
                Names.shown(kind),
                Names.shown(value),
                subject(kind, value),
                Names.shown(text(node, "author")),
                Names.shown(text(node, "reason")),
                time(text(node, "created"), ask.zone()),
                node.has("expires") ? time(text(node, "expires"), ask.zone()) : "lifted by hand",
                ask.mayOperate()
                        ? "/act/lift?id=" + Links.encoded(id) + "&v=" + Links.encoded(value)
                        : "");
    }

    private static Lock lockout(JsonNode node, Ask ask) {
        String about = text(node, "about");
        String id = text(node, "id");
        boolean isAddress = HostAddress.parse(about).isPresent();
        return new Lock(
                id,
                Names.shown(text(node, "rule")),
                Names.shown(about),
                isAddress ? Links.subject("address", about) : "",
                "rule " + Names.shown(text(node, "rule")),
                Names.shown(text(node, "failures")) + " failures",
                time(text(node, "since"), ask.zone()),
                time(text(node, "until"), ask.zone()),
                ask.mayOperate()
                        ? "/act/unlock?id=" + Links.encoded(id) + "&v=" + Links.encoded(about)
                        : "");
    }

    private static Live live(JsonNode node, ZoneId zone) {
        String principal = text(node, "principal");
        String session = text(node, "session");
        return new Live(
                Names.shown(principal),
                Links.subject("principal", principal),
                Names.shown(text(node, "account")),
                Names.shown(text(node, "address")),
                Names.shown(text(node, "server-name") + " / " + text(node, "cid")),
                time(text(node, "granted"), zone),
                session.isEmpty() ? "" : ActPages.link("", "kick", "session", session).link());
    }

    /** Revocations that hold for the subject of a page. */
    List<Lock> about(Ask ask, SubjectPages.Subject subject, String value) {
        String kind =
                switch (subject) {
                    case PRINCIPAL -> "principal";
                    case ADDRESS -> "address";
                    case ACCOUNT -> "account";
                    case RULE, REVISION -> "";
                };
        if (kind.isEmpty() || !operations.isThere() || !ask.viewer().seesAll()) {
            return List.of();
        }
        try {
            Set<String> shown = Set.of(Names.shown(value));
            return revocations(ask).list().stream()
                    .filter(lock -> lock.kind().equals(kind) && shown.contains(lock.what()))
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static String subject(String kind, String value) {
        return switch (kind) {
            case "principal" -> Links.subject("principal", value);
            case "address" -> value.contains("/") ? "" : Links.subject("address", value);
            case "account" -> Links.subject("account", value);
            default -> "";
        };
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText("");
    }

    private static String time(String text, ZoneId zone) {
        try {
            return text.isEmpty() ? "" : Shown.full(Instant.parse(text), zone);
        } catch (DateTimeException e) {
            return Names.shown(text);
        }
    }
}
