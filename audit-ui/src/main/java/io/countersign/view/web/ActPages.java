// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Acts on the instances: a form that says what will happen, then the act, signed with the view's
 * key on behalf of whoever sent the form, once however often it is sent. Thread-safe.
 */
final class ActPages {
    private static final int REASON = 256;
    private static final int WAIT_MILLIS = 5_000;
    private static final List<String> KINDS =
            List.of(
                    "principal",
                    "credential",
                    "token",
                    "issuer",
                    "account",
                    "address",
                    "client",
                    "session");

    private final Tools tools;
    private final Locks locks;

    ActPages(Tools tools, Locks locks) {
        this.tools = tools;
        this.locks = locks;
    }

    /** What can be done. */
    enum Act {
        REVOKE("Revoke", "refuses new logins, and ends live sessions", "Revoke"),
        LIFT("Lift the revocation of", "lets it in again, as the policy says", "Lift"),
        UNLOCK("Unlock", "lets it try again at once", "Unlock"),
        KICK("Kick", "ends live sessions; clients may log in again", "Kick");

        private final String title;
        private final String effect;
        private final String button;

        Act(String title, String effect, String button) {
            this.title = title;
            this.effect = effect;
            this.button = button;
        }

        /** True if it is about something that is in force and has an id. */
        boolean byId() {
            return this == LIFT || this == UNLOCK;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Fact link(String title, String act, String kind, String value) {
        return new Fact(
                title,
                Names.shown(value),
                "/act/" + act + "?kind=" + Links.encoded(kind) + "&v=" + Links.encoded(value));
    }

    Reply form(Ask ask, Act act) throws InterruptedException {
        return form(
                ask,
                act,
                new Wanted(ask.text("kind"), ask.text("v"), ask.text("id"), "", "", Locks.once()),
                200,
                "");
    }

    /** What a form has in it. */
    private record Wanted(
            String kind, String value, String id, String reason, String until, String once) {}

    private Reply form(Ask ask, Act act, Wanted wanted, int status, String problem)
            throws InterruptedException {
        if (!tools.operations().isThere()) {
            return tools.templates()
                    .message(
                            ask,
                            409,
                            "Cannot act",
                            "This view has no key to act with (expected: 'admin' in view.yaml).");
        }
        boolean kicks = act == Act.REVOKE || act == Act.KICK;
        boolean known =
                List.of("principal", "account", "address", "session").contains(wanted.kind());
        Locks.Answer<Locks.Live> live =
                kicks && known && !wanted.value().isEmpty()
                        ? locks.sessions(ask, wanted.kind(), wanted.value())
                        : Locks.Answer.none("");
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of(act.title, "act", ask));
        model.put("act", act.word());
        model.put("title", act.title);
        model.put("effect", act.effect);
        model.put("button", act.button);
        model.put("kind", wanted.kind());
        model.put("kinds", KINDS);
        model.put("value", wanted.value());
        model.put("shownValue", Names.shown(wanted.value()));
        model.put("id", wanted.id());
        model.put("reason", wanted.reason());
        model.put("until", wanted.until());
        model.put("once", wanted.once());
        model.put("problem", problem);
        model.put("live", live.list());
        return tools.templates().page(status, "act", model);
    }

    Reply act(Ask ask, Act act) throws InterruptedException {
        Wanted wanted =
                new Wanted(
                        ask.field("kind"),
                        ask.field("v"),
                        ask.field("id"),
                        ask.field("reason").strip(),
                        ask.field("until"),
                        ask.field("once"));
        String problem = problem(ask, act, wanted);
        if (!problem.isEmpty()) {
            return form(ask, act, wanted, 422, problem);
        }
        tools.note(
                ask,
                "act",
                "%s %s %s: %s"
                        .formatted(act.word(), wanted.kind(), wanted.value(), wanted.reason()));
        try {
            JsonNode answer =
                    tools.operations()
                            .ask(
                                    verb(act),
                                    body(act, wanted),
                                    ask.viewer().fullName(),
                                    wanted.once());
            if (answer.has("refused")) {
                return form(
                        ask,
                        act,
                        wanted,
                        409,
                        "Refused: " + Names.shown(answer.path("refused").asText()));
            }
            return done(ask, act, wanted, answer);
        } catch (IOException e) {
            return form(
                    ask,
                    act,
                    wanted,
                    502,
                    "Nobody answered, so it may not have been done: look under Locks, then try"
                            + " again. ("
                            + Names.shown("" + e.getMessage())
                            + ")");
        }
    }

    private static String problem(Ask ask, Act act, Wanted wanted) {
        if (wanted.reason().isEmpty() || wanted.reason().length() > REASON) {
            return "A reason is required, of at most 256 characters: it is written into the trail.";
        }
        if (wanted.value().isEmpty() || act.byId() == wanted.id().isEmpty()) {
            return "Nothing is named to act on.";
        }
        if (!act.byId() && !KINDS.contains(wanted.kind())) {
            return "kind: " + Names.shown(wanted.kind()) + " (expected: " + KINDS + ")";
        }
        if (act == Act.REVOKE && !ask.field("typed").strip().equals(wanted.value())) {
            return "Type the name as it stands above, to be sure that it is the right one.";
        }
        if (!wanted.once().matches("[0-9a-f-]{36}")) {
            return "The form is incomplete. Load it again.";
        }
        if (!wanted.until().isEmpty() && !wanted.until().matches("[1-9][0-9]{0,3}[hd]")) {
            return "until: expected a number of hours or days, such as 24h.";
        }
        return "";
    }

    private static String verb(Act act) {
        return act == Act.LIFT ? "unrevoke" : act.word();
    }

    private ObjectNode body(Act act, Wanted wanted) {
        ObjectNode body = Locks.body().put("reason", wanted.reason());
        switch (act) {
            case LIFT, UNLOCK -> body.put("id", wanted.id());
            case REVOKE -> {
                body.put("kind", wanted.kind()).put("value", wanted.value());
                body.put("wait", WAIT_MILLIS);
                if (!wanted.until().isEmpty()) {
                    body.put("expires", tools.now().plus(length(wanted.until())).toString());
                }
            }
            case KICK -> body.putObject("filter").put(wanted.kind(), wanted.value());
        }
        return body;
    }

    private static Duration length(String text) {
        long n = Long.parseLong(text, 0, text.length() - 1, 10);
        return text.endsWith("h") ? Duration.ofHours(n) : Duration.ofDays(n);
    }

    private Reply done(Ask ask, Act act, Wanted wanted, JsonNode answer) {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Done", "done", ask));
        model.put("title", act.title);
        model.put("value", Names.shown(wanted.value()));
        model.put("lines", said(answer));
        model.put("json", Names.shown(answer.toPrettyString()));
        model.put("acts", Links.explore("outcome:act", "1h"));
        return tools.templates().page(200, "done", model);
    }

    /** "Enforced on 3 of 3", and what became of sessions. */
    private static List<String> said(JsonNode answer) {
        java.util.ArrayList<String> lines = new java.util.ArrayList<>();
        if (answer.has("confirmed")) {
            lines.add(
                    "Enforced on %d of %d instances."
                            .formatted(
                                    answer.path("confirmed").size(),
                                    answer.path("instances").asInt()));
        }
        JsonNode cut = answer.path("sessions").isObject() ? answer.path("sessions") : answer;
        if (cut.has("ended")) {
            lines.add(
                    "%d sessions ended, %d remain, %d on servers that cannot be reached."
                            .formatted(
                                    cut.path("ended").asInt(),
                                    cut.path("remaining").asInt(),
                                    cut.path("unreachable").asInt()));
        }
        if (answer.has("audited")) {
            lines.add(
                    answer.path("audited").asBoolean()
                            ? "It is written into the trail."
                            : "It is NOT in the trail: see the instance's log.");
        }
        return lines;
    }
}
