// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

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
        return ask(ask, verb, body, member, reader, _ -> true);
    }

    private <T> Answer<T> ask(
            Ask ask,
            String verb,
            ObjectNode body,
            String member,
            Reader<T> reader,
            Predicate<JsonNode> wanted)
            throws InterruptedException {
        try {
            JsonNode answer = asked(ask, verb, body);
            List<T> list = new ArrayList<>();
            for (JsonNode node : answer.path(member)) {
                if (wanted.test(node)) {
                    list.add(reader.read(node));
                }
            }
            return new Answer<>(list, "");
        } catch (IOException e) {
            return Answer.none("" + e.getMessage());
        }
    }

    /**
     * What an instance answers.
     *
     * @throws IOException with a sentence for the page, if there is no answer
     */
    JsonNode asked(Ask ask, String verb, ObjectNode body) throws IOException, InterruptedException {
        if (!operations.isThere()) {
            throw new IOException("This view has no key to ask the instances (view.yaml: admin).");
        }
        JsonNode answer;
        try {
            answer = operations.ask(verb, body, ask.viewer().fullName(), once());
        } catch (IOException e) {
            throw new IOException(
                    "The instances cannot be asked: " + Names.shown("" + e.getMessage()) + ".", e);
        }
        if (answer.has("refused")) {
            throw new IOException(
                    "The instance refused: " + Names.shown(answer.path("refused").asText()) + ".");
        }
        return answer;
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
        return new Lock(
                id,
                Names.shown(text(node, "rule")),
                Names.shown(about),
                LockedOut.parse(about).link(),
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

    /**
     * What is in force about the subject of a page.
     *
     * @param problem why it is not known; empty if it is
     */
    public record Standing(
            List<Lock> revocations, List<Lock> lockouts, Answer<Live> live, String problem) {
        static final Standing NONE =
                new Standing(List.of(), List.of(), new Answer<>(List.of(), ""), "");
    }

    /** Empty for who may not see all, and for subjects that nothing can be in force about. */
    Standing about(Ask ask, SubjectPages.Subject subject, String value)
            throws InterruptedException {
        String kind = subject.lockedAs();
        if (kind.isEmpty() || !operations.isThere() || !ask.viewer().seesAll()) {
            return Standing.NONE;
        }
        Answer<Lock> revocations = revocations(ask);
        if (!revocations.problem().isEmpty()) {
            return new Standing(
                    List.of(), List.of(), Answer.none(""), revocations.problem()); // asked once
        }
        String shown = Names.shown(value);
        Answer<Lock> lockouts =
                ask(
                        ask,
                        "lockouts",
                        body(),
                        "lockouts",
                        node -> lockout(node, ask),
                        node -> LockedOut.parse(text(node, "about")).concerns(kind, value));
        Answer<Live> live =
                kind.equals("credential")
                        ? new Answer<>(List.of(), "")
                        : sessions(ask, kind, value);
        return new Standing(
                revocations.list().stream()
                        .filter(lock -> lock.kind().equals(kind) && names(lock, kind, shown))
                        .toList(),
                lockouts.list(),
                live,
                lockouts.problem() + live.problem());
    }

    /** A revoked network holds for each address in it. */
    private static boolean names(Lock lock, String kind, String shown) {
        return lock.what().equals(shown)
                || (kind.equals("address") && LockedOut.isWithin(shown, lock.what()));
    }

    private static String subject(String kind, String value) {
        return switch (kind) {
            case "principal" -> Links.subject("principal", value);
            case "address" -> value.contains("/") ? "" : Links.subject("address", value);
            case "account" -> Links.subject("account", value);
            case "credential" -> Links.credential(value);
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
