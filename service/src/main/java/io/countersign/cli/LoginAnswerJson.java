// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.identity.CredentialKind;
import io.countersign.policy.Decision;
import io.countersign.policy.Explanation.RuleReport;
import io.countersign.policy.Grant;
import io.countersign.policy.RuleId;
import io.countersign.protocol.SubjectPermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes an answer for a program. */
final class LoginAnswerJson {
    private LoginAnswerJson() {}

    static JsonNode of(LoginAnswer answer, Optional<PolicyChange> shadow) {
        ObjectNode json = PrettyJson.object();
        json.put("allowed", answer.isAllowed());
        switch (answer.decision()) {
            case Decision.Allow(Grant grant, RuleId rule) -> {
                json.put("rule", rule.value());
                json.set("grant", grant(grant));
            }
            case Decision.Deny(var reason, String detail, var rule) -> {
                json.put("reason", reason.code());
                json.put("detail", detail);
                rule.ifPresent(it -> json.put("rule", it.value()));
            }
        }
        json.set("client", client(answer));
        json.set("users", PrettyJson.array(answer.checks(), LoginAnswerJson::check));
        json.set("rules", PrettyJson.array(answer.policy().rules(), LoginAnswerJson::rule));
        shadow.ifPresent(it -> json.set("shadow", shadow(it)));
        return json;
    }

    private static JsonNode shadow(PolicyChange change) {
        ObjectNode json = PrettyJson.object();
        json.put("effect", change.kind().name().toLowerCase(Locale.ROOT));
        json.set("details", PrettyJson.texts(change.details()));
        return json;
    }

    private static JsonNode client(LoginAnswer answer) {
        LoginQuestion question = answer.question();
        ObjectNode json = PrettyJson.object();
        json.put("principal", answer.identity().principal().toString());
        json.put("credential", question.credential().map(CredentialKind::word).orElse(null));
        json.put("address", question.address());
        json.put("connection", question.connection().word());
        json.put("client-id", question.clientId());
        json.set("groups", PrettyJson.texts(new TreeSet<>(answer.identity().groups())));
        ObjectNode attributes = json.putObject("attributes");
        new TreeMap<>(answer.identity().attributes())
                .forEach((key, values) -> attributes.set(key, PrettyJson.texts(values)));
        json.put("server-name", question.server().name());
        json.put("server-cluster", question.server().cluster());
        json.set("server-tags", PrettyJson.texts(question.server().tags()));
        json.put("time", question.now().toString());
        return json;
    }

    private static JsonNode check(LoginCheck check) {
        ObjectNode json = PrettyJson.object();
        json.put("about", check.about()).put("holds", check.holds()).put("detail", check.detail());
        if (!check.holds()) {
            json.put("reason", check.reason().code());
        }
        return json;
    }

    private static JsonNode rule(RuleReport rule) {
        ObjectNode json = PrettyJson.object();
        json.put("id", rule.rule().value());
        json.put("denies", rule.denies());
        json.put("matches", rule.takesIt());
        json.put("decides", rule.decisive());
        json.set(
                "conditions",
                PrettyJson.array(
                        rule.conditions(),
                        it ->
                                PrettyJson.object()
                                        .put("key", it.key())
                                        .put("match", it.match().name().toLowerCase(Locale.ROOT))
                                        .put("found", it.found())
                                        .put("expected", it.expected())));
        return json;
    }

    static JsonNode grant(Grant grant) {
        ObjectNode json = PrettyJson.object();
        json.put("account", grant.account());
        json.set("publish", side(grant.permissions().publish()));
        json.set("subscribe", side(grant.permissions().subscribe()));
        grant.permissions()
                .responses()
                .ifPresent(it ->
                        json.putObject("responses")
                                .put("max", it.max())
                                .put("for", it.ttl().toString()));
        json.put("expires", grant.expires().toString());
        json.set("tags", PrettyJson.texts(grant.tags()));
        return json;
    }

    private static JsonNode side(SubjectPermissions side) {
        ObjectNode json = PrettyJson.object();
        json.set("allow", PrettyJson.texts(side.allow()));
        json.set("deny", PrettyJson.texts(side.deny()));
        return json;
    }
}
