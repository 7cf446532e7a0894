// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.audit.AuditEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule that decided an entry, as an instance has it today.
 *
 * @param isOfThen whether the policy is the one that decided then
 * @param denies whether the rule refuses whom it matches
 * @param conditions all of them must hold
 */
public record RuleText(String name, boolean isOfThen, boolean denies, List<Condition> conditions) {
    public RuleText {
        conditions = List.copyOf(conditions);
    }

    /** What a rule asks for, and what the client of the entry has of it. */
    public record Condition(String key, String expected, String found, boolean holds) {}

    /** Empty if the rule is gone or not for the viewer: it says whom other accounts let in. */
    static Optional<RuleText> of(AuditEntry entry, JsonNode answer, Ask ask) {
        JsonNode text = answer.path("rule-text");
        if (!text.isObject() || !ask.viewer().seesAll()) {
            return Optional.empty();
        }
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode one : text.path("when")) {
            conditions.add(
                    new Condition(
                            Names.shown(one.path("key").asText()),
                            Names.shown(one.path("expected").asText()),
                            Names.shown(one.path("found").asText()),
                            one.path("holds").asBoolean()));
        }
        return Optional.of(
                new RuleText(
                        Names.shown(text.path("rule").asText()),
                        entry.revision().equals(answer.path("revision").asText()),
                        text.path("denies").asBoolean(),
                        conditions));
    }
}
