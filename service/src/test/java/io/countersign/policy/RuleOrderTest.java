// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.NOW;
import static io.countersign.policy.Outcomes.allow;
import static io.countersign.policy.Outcomes.deny;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The first rule that matches decides, however it is found. */
class RuleOrderTest {
    @Test
    void firstMatchingRule_decides() {
        Policy policy =
                Policies.of(
                                rule("blocked").name("mallory").denies(),
                                rule("ops")
                                        .when(Aspect.GROUPS, "ops")
                                        .account("OTHER")
                                        .publish("a"),
                                rule("people").name("*").broad().publish("b"))
                        .policy();

        assertThat(deny(policy, Client.named("mallory").groups("ops")))
                .isEqualTo(
                        new Decision.Deny(
                                Reason.NO_RULE,
                                "denied by rule blocked",
                                Optional.of(new RuleId("blocked"))));
        assertThat(allow(policy, Client.named("alice").groups("x", "ops")).grant().account())
                .isEqualTo("OTHER");
        assertThat(allow(policy, Client.named("alice")).rule()).isEqualTo(new RuleId("people"));
    }

    @Test
    void noMatchingRule_isNoRule() {
        Policy policy = Policies.of(rule("r").name("alice").publish("a")).policy();

        assertThat(deny(policy, Client.named("Alice")))
                .isEqualTo(new Decision.Deny(Reason.NO_RULE, "no rule matches", Optional.empty()));
    }

    @Test
    void conditions_ofARule_mustAllHold() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("sensor-*")
                                        .when(Aspect.SOURCE, "oidc")
                                        .when(Aspect.GROUPS, "g", "h")
                                        .attribute("site", "north", "south")
                                        .attribute("grade", "a")
                                        .publish("a"))
                        .policy();
        Client fits =
                Client.named("sensor-1")
                        .source("oidc")
                        .groups("h")
                        .attribute("site", "west", "south")
                        .attribute("grade", "a");

        assertThat(allow(policy, fits).rule()).isEqualTo(new RuleId("r"));
        assertThat(deny(policy, fits.attribute("grade", "b")).reason()).isEqualTo(Reason.NO_RULE);
        assertThat(deny(policy, fits.attribute("grade", "a").source("users")).reason())
                .isEqualTo(Reason.NO_RULE);
    }

    /** The index and the early exits against the plain reading of what was written. */
    @Test
    void anyPolicy_decidesAsReadingItFromTheTopDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            List<Draft> rules = rules(random);
            Policy policy = Policies.of(rules.toArray(Draft[]::new)).policy();
            for (int i = 0; i < 60; i++) {
                Facts facts = client(random).facts();
                Optional<RuleSource> expected =
                        sources(rules).stream().filter(rule -> takes(rule, facts)).findFirst();
                Decision decision = policy.decide(facts, NOW);
                assertThat(ruleOf(decision))
                        .as("seed %d round %d: %s", seed, round, facts)
                        .isEqualTo(expected.map(RuleSource::id));
                assertThat(decision instanceof Decision.Allow)
                        .as("seed %d round %d: %s", seed, round, facts)
                        .isEqualTo(expected.isPresent() && !expected.get().deny());
                if (expected.isEmpty()) {
                    assertThat(((Decision.Deny) decision).reason())
                            .as("seed %d round %d: %s", seed, round, facts)
                            .isEqualTo(nearest(sources(rules), facts));
                }
                assertThat(decisive(policy.explain(facts, NOW)))
                        .as("seed %d round %d: %s", seed, round, facts)
                        .isEqualTo(expected.map(RuleSource::id));
            }
        }
    }

    /** Of the first rule that would have let the client in from elsewhere or in another way. */
    private static Reason nearest(List<RuleSource> rules, Facts facts) {
        for (RuleSource rule : rules) {
            if (!rule.deny() && takes(rule, facts, false, true)) {
                return Reason.ADDRESS_NOT_ALLOWED;
            } else if (!rule.deny() && takes(rule, facts, true, false)) {
                return Reason.CONNECTION_TYPE_NOT_ALLOWED;
            }
        }
        return Reason.NO_RULE;
    }

    private static Optional<String> ruleOf(Decision decision) {
        return switch (decision) {
            case Decision.Allow(var _, RuleId rule) -> Optional.of(rule.value());
            case Decision.Deny(Reason reason, var _, Optional<RuleId> rule) ->
                    reason == Reason.NO_RULE ? rule.map(RuleId::value) : Optional.empty();
        };
    }

    private static Optional<String> decisive(Explanation explanation) {
        return explanation.rules().stream()
                .filter(Explanation.RuleReport::decisive)
                .map(report -> report.rule().value())
                .findFirst();
    }

    private static List<RuleSource> sources(List<Draft> rules) {
        List<RuleSource> sources = new ArrayList<>();
        rules.forEach(rule -> sources.add(rule.at(sources.size())));
        return sources;
    }

    /** Up to 20 rules of which each can be reached. */
    private static List<Draft> rules(Random random) {
        List<Draft> rules = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rules.add(someRule(random, i));
            if (!Policies.of(rules.toArray(Draft[]::new)).problems().isEmpty()) {
                rules.removeLast();
            }
        }
        return rules;
    }

    private static Draft someRule(Random random, int number) {
        Draft rule = rule("r" + number).broad();
        maybe(
                random,
                2,
                () ->
                        rule.name(
                                some(
                                        random, "alice", "bob", "a*", "al*e", "ab*", "*b", "*ob",
                                        "carol", "*l*", "*")));
        maybe(random, 2, () -> rule.when(Aspect.GROUPS, some(random, "g", "h", "i")));
        maybe(random, 3, () -> rule.when(Aspect.SOURCE, some(random, "users", "oidc")));
        maybe(random, 3, () -> rule.attribute("site", some(random, "n", "s")));
        maybe(
                random,
                2,
                () ->
                        rule.when(
                                Aspect.NETWORK,
                                some(
                                        random,
                                        "10.0.0.0/8",
                                        "10.1.0.0/16",
                                        "10.1.1.1",
                                        "192.0.2.0/24",
                                        "0.0.0.0/0",
                                        "::1",
                                        "::/0")));
        maybe(random, 4, () -> rule.when(Aspect.CONNECTION, some(random, "nats", "mqtt")));
        maybe(random, 6, () -> rule.when(Aspect.SERVER_TAGS, some(random, "t", "u")));
        return random.nextInt(3) == 0 ? rule.denies() : rule.publish("x");
    }

    private static void maybe(Random random, int oneIn, Runnable run) {
        if (random.nextInt(oneIn) == 0) {
            run.run();
        }
    }

    private static String[] some(Random random, String... values) {
        List<String> chosen = new ArrayList<>(List.of(values));
        while (chosen.size() > 1 && random.nextInt(3) > 0) {
            chosen.remove(random.nextInt(chosen.size()));
        }
        return chosen.toArray(String[]::new);
    }

    private static Client client(Random random) {
        Client client =
                Client.named(one(random, "alice", "bob", "carol", "dave", "ab"))
                        .source(one(random, "users", "oidc"))
                        .from(one(random, "10.1.1.1", "192.0.2.1", "::1", "", "no address"))
                        .at("n", "c", one(random, "t", "u", "v"));
        maybe(random, 2, () -> client.groups(some(random, "g", "h", "j")));
        maybe(random, 2, () -> client.attribute("site", some(random, "n", "s", "w")));
        maybe(random, 3, () -> client.mqttId("id"));
        maybe(random, 6, client::overSomethingNew);
        return client;
    }

    private static String one(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    private static boolean takes(RuleSource rule, Facts facts) {
        return takes(rule, facts, true, true);
    }

    private static boolean takes(
            RuleSource rule, Facts facts, boolean asksNetwork, boolean asksConnection) {
        WhenSource when = rule.when();
        List<String> around =
                switch (facts.host()) {
                    case "10.1.1.1" ->
                            List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.1.1", "0.0.0.0/0");
                    case "192.0.2.1" -> List.of("192.0.2.0/24", "0.0.0.0/0");
                    case "::1" -> List.of("::1", "::/0");
                    default -> List.of();
                };
        boolean address =
                around.isEmpty() ? rule.deny() : when.network().stream().anyMatch(around::contains);
        boolean way =
                facts.connection()
                        .map(type -> when.connection().contains(type.word()))
                        .orElse(rule.deny());
        return any(when.name(), name -> facts.name().matches(name.replace("*", ".*")))
                && any(when.groups(), facts.identity().groups()::contains)
                && any(when.source(), facts.source()::equals)
                && any(when.serverTags(), facts.serverTags()::contains)
                && when.attributes().entrySet().stream().allMatch(asked -> has(asked, facts))
                && (!asksNetwork || when.network().isEmpty() || address)
                && (!asksConnection || when.connection().isEmpty() || way);
    }

    private static boolean has(Map.Entry<String, List<String>> asked, Facts facts) {
        return any(asked.getValue(), facts.attribute(asked.getKey())::contains);
    }

    private static boolean any(List<String> asked, Predicate<String> test) {
        return asked.isEmpty() || asked.stream().anyMatch(test);
    }
}
