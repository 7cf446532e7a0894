// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.view.index.Row;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the policy of today makes of a recorded login: an instance is asked. Thread-safe. */
final class ExplainPages {
    static final String PATH = "/explain";

    private static final String NO_KEY =
            "This view has no key to ask the instances with. Give it one: `admin` with `key` and"
                    + " `cluster` in view.yaml, and the public key under `admins` of every instance"
                    + " (the role view is enough). Until then: countersign explain --entry ID.";

    private final Tools tools;
    private final Finder finder;

    ExplainPages(Tools tools, Finder finder) {
        this.tools = tools;
        this.finder = finder;
    }

    /** Only what somebody proved can be decided again. */
    static boolean canExplain(AuditEntry entry) {
        return entry.kind() == Kind.DECISION && !entry.principal().isEmpty();
    }

    Reply explain(Ask ask) throws InterruptedException {
        String path = ask.path();
        String id = path.substring("/e/".length(), path.length() - PATH.length());
        Optional<Row> row = finder.entry(ask, id);
        if (row.isEmpty()) {
            return EntryPages.none(tools, ask);
        }
        tools.note(ask, "explain", id);
        AuditEntry entry = row.get().entry();
        if (!canExplain(entry)) {
            return page(
                    ask,
                    row.get(),
                    Optional.empty(),
                    Optional.empty(),
                    "Nobody was proven here, so there is no login to decide again: who it was would"
                            + " have to be proven first.");
        }
        if (!tools.operations().isThere()) {
            return page(ask, row.get(), Optional.empty(), Optional.empty(), NO_KEY);
        }
        try {
            JsonNode answer =
                    tools.operations()
                            .ask("explain", question(entry), ask.viewer().fullName(), Locks.once());
            if (answer.has("refused")) {
                return page(ask, row.get(), Optional.empty(), Optional.empty(), refused(answer));
            }
            return page(
                    ask,
                    row.get(),
                    Optional.of(Explained.of(entry, answer, ask)),
                    RuleText.of(entry, answer, ask),
                    "");
        } catch (IOException e) {
            return page(
                    ask,
                    row.get(),
                    Optional.empty(),
                    Optional.empty(),
                    "The instances cannot be asked: " + Names.shown("" + e.getMessage()));
        }
    }

    private static String refused(JsonNode answer) {
        String why = answer.path("refused").asText();
        return why.startsWith("no such verb")
                ? "The instance that took the question is of an older build, which cannot answer"
                        + " it."
                : "The instance refused: " + Names.shown(why);
    }

    private Reply page(
            Ask ask,
            Row row,
            Optional<Explained> explained,
            Optional<RuleText> rule,
            String problem) {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Explained again", "entry", ask));
        model.put("entry", EntryView.of(row, tools.now(), ask.zone()));
        model.put("explained", explained);
        model.put("rule", rule);
        model.put("problem", problem);
        return tools.templates().page(200, "explain", model);
    }

    /** What policy may look at, and no more. */
    private static ObjectNode question(AuditEntry entry) {
        ObjectNode body = Locks.body().put("principal", entry.principal());
        if (!entry.rule().isEmpty()) {
            body.put("rule", entry.rule());
        }
        entry.credential()
                .ifPresent(c ->
                        body.putObject("credential")
                                .put("kind", c.kind())
                                .put("fingerprint", c.fingerprint()));
        entry.client()
                .ifPresent(c ->
                        body.putObject("client")
                                .put("address", c.address())
                                .put("kind", c.kind())
                                .put("type", c.type())
                                .put("name", c.name())
                                .put("mqtt-id", c.mqttId()));
        entry.server()
                .ifPresent(s ->
                        body.putObject("server").put("name", s.name()).put("cluster", s.cluster()));
        return body;
    }
}
