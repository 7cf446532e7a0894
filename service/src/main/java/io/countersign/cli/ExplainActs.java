// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.Generation;
import io.countersign.cluster.Claimant;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.Revocations;
import io.countersign.config.UsersFile;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.policy.Aspect;
import io.countersign.policy.Decision;
import io.countersign.policy.Explanation;
import io.countersign.policy.Match;
import io.countersign.policy.Reason;
import io.countersign.protocol.ConnectionType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What would come of a recorded login now, as an administrator asks: the client that an entry
 * names, judged by the generation in force. Nobody logs in, nothing is counted, and no entry is
 * written. The proof itself is taken as given; rates and lockouts are not asked. Thread-safe.
 */
final class ExplainActs {
    static final String VERB = "explain";

    /** What rules may ask for and entries do not hold. */
    private static final Set<String> NOT_RECORDED =
            Set.of(Aspect.SERVER_TAGS.key(), Aspect.EXPRESSION.key());

    /** What only a source of its own knows. */
    private static final Set<String> OF_THE_SOURCE =
            Set.of(Aspect.GROUPS.key(), Aspect.ATTRIBUTES.key());

    private final String instance;
    private final Supplier<Generation> current;
    private final Revocations revocations;
    private final Clock clock;

    ExplainActs(
            String instance, Supplier<Generation> current, Revocations revocations, Clock clock) {
        this.instance = instance;
        this.current = current;
        this.revocations = revocations;
        this.clock = clock;
    }

    /**
     * Decides again.
     *
     * @param asked {@code principal}, {@code credential}, {@code client} and {@code server} as an
     *     entry has them, and {@code rule}, the one that decided then, whose text of today is
     *     given; all but the first may be left out
     * @throws IllegalArgumentException if nobody is named
     */
    byte[] answer(JsonNode asked) {
        Generation now = current.get();
        Instant time = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        LoginQuestion question = question(asked, time);
        LoginAnswer answer = question.ask(now.policy(), now.people().users());
        Decision decision = decision(now, answer, asked);
        ObjectNode json = PrettyJson.object();
        json.put("instance", instance).put("revision", now.revision());
        json.put("time", time.toString());
        switch (decision) {
            case Decision.Allow(var grant, var rule) -> {
                json.put("allowed", true).put("rule", rule.value());
                json.set("grant", LoginAnswerJson.grant(grant));
            }
            case Decision.Deny(var reason, var detail, var rule) -> {
                json.put("allowed", false).put("reason", reason.code()).put("detail", detail);
                rule.ifPresent(it -> json.put("rule", it.value()));
            }
        }
        json.set("open", PrettyJson.array(open(answer), ExplainActs::open));
        rule(answer, asked.path("rule").asText(""))
                .ifPresent(it -> json.set("rule-text", text(it)));
        return json.toString().getBytes(UTF_8);
    }

    private static LoginQuestion question(JsonNode asked, Instant now) {
        String[] principal = asked.path("principal").asText("").split(":", 2);
        if (principal.length != 2 || principal[0].isEmpty() || principal[1].isEmpty()) {
            throw new IllegalArgumentException("principal: nobody (expected: SOURCE:NAME)");
        }
        JsonNode client = asked.path("client");
        JsonNode server = asked.path("server");
        return new LoginQuestion(
                principal[0],
                principal[1],
                List.of(),
                Map.of(),
                client.path("address").asText(""),
                connection(client),
                kind(asked).filter(ExplainActs::isOwn),
                client.path("mqtt-id").asText(""),
                client.path("name").asText(""),
                false,
                new LoginQuestion.Server(
                        server.path("name").asText(""),
                        server.path("cluster").asText(""),
                        List.of()),
                now);
    }

    private static ConnectionType connection(JsonNode client) {
        String word =
                client.path("kind").asText("").equalsIgnoreCase("leafnode")
                        ? ConnectionType.LEAFNODE.word()
                        : client.path("type").asText("");
        return Arrays.stream(ConnectionType.values())
                .filter(type -> type.word().equalsIgnoreCase(word))
                .findFirst()
                .orElse(ConnectionType.STANDARD);
    }

    private static Optional<CredentialKind> kind(JsonNode asked) {
        String word = asked.path("credential").path("kind").asText("");
        return Arrays.stream(CredentialKind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst();
    }

    /** A server's second question names nobody's credential. */
    private static boolean isOwn(CredentialKind kind) {
        return switch (kind) {
            case PASSWORD, TOKEN, NKEY, CERTIFICATE -> true;
            case SESSION, NONE -> false;
        };
    }

    /** In the order of a real login. */
    private Decision decision(Generation now, LoginAnswer answer, JsonNode asked) {
        String source = answer.question().source();
        if (!now.people().sources().contains(source)) {
            return Decision.Deny.because(
                    Reason.NO_AUTHENTICATOR, "no authenticator is named " + source + " any more");
        }
        if (answer.checks().stream().anyMatch(check -> !check.holds())) {
            return answer.decision();
        }
        Optional<Revocation> revoked =
                revocations.find(claimant(answer, asked), answer.question().now());
        if (revoked.isPresent()) {
            return revoked(revoked.get());
        }
        return switch (answer.decision()) {
            case Decision.Deny refused -> refused;
            case Decision.Allow allowed -> placed(now, allowed, answer.question().now());
        };
    }

    private static Claimant claimant(LoginAnswer answer, JsonNode asked) {
        Identity who = answer.identity();
        CredentialRef credential =
                new CredentialRef(
                        kind(asked).orElse(CredentialKind.NONE),
                        asked.path("credential").path("fingerprint").asText(""));
        return new Claimant(
                new Identity(
                        who.principal(),
                        credential,
                        who.groups(),
                        who.attributes(),
                        who.notAfter()),
                answer.question().address(),
                answer.question().clientId());
    }

    private static Decision revoked(Revocation why) {
        return Decision.Deny.because(Reason.REVOKED, why.kind().word() + " " + why.id());
    }

    private Decision placed(Generation now, Decision.Allow allowed, Instant time) {
        String account = allowed.grant().account();
        if (!now.signer().accounts().contains(account)) {
            return new Decision.Deny(
                    Reason.ACCOUNT_NOT_ALLOWED,
                    "no key for account " + account,
                    Optional.of(allowed.rule()));
        }
        return revocations.findAccount(account, time).map(ExplainActs::revoked).orElse(allowed);
    }

    /** A rule that might have taken the client, had the entry held all that it asks for. */
    private record Open(String rule, List<String> asks) {}

    /** Those whose word would have come before the one that counted. */
    private static List<Open> open(LoginAnswer answer) {
        List<Open> open = new ArrayList<>();
        boolean isForeign = !answer.question().source().equals(UsersFile.SOURCE);
        for (Explanation.RuleReport rule : answer.policy().rules()) {
            if (rule.decisive()) {
                break;
            }
            List<String> failed =
                    rule.conditions().stream()
                            .filter(condition -> condition.match() != Match.YES)
                            .map(Explanation.ConditionReport::key)
                            .map(ExplainActs::aspect)
                            .distinct()
                            .toList();
            boolean isAllUnknown =
                    failed.stream()
                            .allMatch(key ->
                                    NOT_RECORDED.contains(key)
                                            || (isForeign && OF_THE_SOURCE.contains(key)));
            if (!failed.isEmpty() && isAllUnknown) {
                open.add(new Open(rule.rule().value(), failed));
            }
        }
        return open;
    }

    private static Optional<Explanation.RuleReport> rule(LoginAnswer answer, String id) {
        return answer.policy().rules().stream()
                .filter(report -> report.rule().value().equals(id))
                .findFirst();
    }

    /** What a rule asks for, and what the client has of it. */
    private static JsonNode text(Explanation.RuleReport rule) {
        ObjectNode json = PrettyJson.object().put("rule", rule.rule().value());
        json.put("denies", rule.denies());
        json.set(
                "when",
                PrettyJson.array(
                        rule.conditions(),
                        condition ->
                                PrettyJson.object()
                                        .put("key", condition.key())
                                        .put("expected", condition.expected())
                                        .put("found", condition.found())
                                        .put("holds", condition.match() == Match.YES)));
        return json;
    }

    /** {@code attributes.team} is a condition on attributes. */
    private static String aspect(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private static JsonNode open(Open it) {
        ObjectNode json = PrettyJson.object().put("rule", it.rule());
        json.set("asks", PrettyJson.texts(it.asks()));
        return json;
    }
}
