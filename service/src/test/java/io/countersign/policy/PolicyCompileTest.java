// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused when a policy is loaded, and where it is said to be. */
class PolicyCompileTest {
    @Test
    void problems_areAllReportedAtOnce() {
        List<String> problems =
                Policies.of(
                                rule("a").name("x").account("NOWHERE").publish("a..b"),
                                rule("a").when(Aspect.CONNECTION, "tcp").broad().publish("ok"),
                                rule("c").name("y").roles("missing").jitter(99).publish(">.x"))
                        .role("known", List.of("bad."), List.of())
                        .denyAlways(List.of("x y"), List.of())
                        .problems();

        assertThat(problems.stream().map(problem -> problem.replaceFirst(": .*", "")))
                .containsExactlyInAnyOrder(
                        "roles.known.publish.allow[0]",
                        "deny-always.publish[0]",
                        "rules[0].grant.account",
                        "rules[0].grant.publish.allow[0]",
                        "rules[1].id",
                        "rules[1].when.connection[0]",
                        "rules[2].grant.publish.allow[0]",
                        "rules[2].grant.roles[0]",
                        "rules[2].grant.jitter");
    }

    @Test
    void account_unknown_isRefused() {
        assertThat(Policies.of(rule("r").name("a").account("APPS").publish("a")).problems())
                .containsExactly(
                        "rules[0].grant.account: \"APPS\" is not known (expected: one of APP, AUTH, OTHER)");
    }

    // 66: such a user could see or answer the requests of others
    @Test
    void account_ofTheCallout_isRefused() {
        assertThat(
                        Policies.of(rule("r").name("a").account(Policies.CALLOUT).publish("a"))
                                .problems())
                .singleElement()
                .asString()
                .startsWith("rules[0].grant.account: \"AUTH\" is the callout account");
    }

    @Test
    void role_unknownOrTwice_isRefused() {
        Policies policies =
                Policies.of(rule("r").name("a").roles("t", "u"))
                        .role("t", List.of("a"), List.of())
                        .role("t", List.of("b"), List.of());

        assertThat(policies.problems())
                .containsExactly(
                        "roles.t: is written twice",
                        "rules[0].grant.roles[1]: \"u\" is not known (expected: one of t)");
    }

    @Test
    void role_unused_isWarnedOf() {
        assertThat(
                        Policies.of(rule("r").user("a").publish("a"))
                                .role("t", List.of("a"), List.of())
                                .warnings())
                .containsExactly("roles.t: is used by no rule");
    }

    @Test
    void ids_twiceOrUnprintable_areRefused() {
        assertThat(
                        Policies.of(
                                        rule("r").name("a").publish("a"),
                                        rule("r").name("b").publish("a"),
                                        rule(" ").name("c").publish("a"),
                                        rule("x\n").name("d").publish("a"))
                                .problems())
                .containsExactly(
                        "rules[1].id: \"r\" is also the id of rules[0] (expected: each id once)",
                        "rules[2].id: \" \" (expected: 1 to 128 printable characters)",
                        "rules[3].id: \"x\\u{a}\" (expected: 1 to 128 printable characters)");
    }

    @Test
    void effect_noneOrTwo_isRefused() {
        assertThat(
                        Policies.of(
                                        rule("none").name("a").grantsNot(),
                                        rule("both").name("b").publish("a").deniesToo())
                                .problems())
                .containsExactly(
                        "rules[0]: does nothing (expected: either deny: true or a grant)",
                        "rules[1]: denies and grants (expected: either deny: true or a grant)");
    }

    @ParameterizedTest
    @EnumSource(
            value = Aspect.class,
            names = {"SERVER_NAME", "SERVER_CLUSTER", "SERVER_TAGS"})
    void grant_toAnybody_isRefusedUnlessBroad(Aspect aspect) {
        assertThat(Policies.of(rule("r").when(aspect, "x").publish("a")).problems())
                .singleElement()
                .asString()
                .startsWith("rules[0].when: asks nothing about who the client is");
        assertThat(Policies.of(rule("r").when(aspect, "x").publish("a").broad()).problems())
                .isEmpty();
    }

    @Test
    void grant_toAnyName_isToAnybody() {
        assertThat(Policies.of(rule("r").name("**", "alice").publish("a")).problems()).hasSize(1);
        assertThat(Policies.of(rule("r").publish("a")).problems()).hasSize(1);
        assertThat(Policies.of(rule("r").name("a*").publish("a")).problems()).isEmpty();
        assertThat(Policies.of(rule("r").when(Aspect.SOURCE, "oidc").publish("a")).problems())
                .isEmpty();
        assertThat(Policies.of(rule("r").attribute("site", "n").publish("a")).problems()).isEmpty();
    }

    @Test
    void denyingRule_mayBeForAnybody() {
        assertThat(
                        Policies.of(
                                        rule("web").when(Aspect.CONNECTION, "websocket").denies(),
                                        rule("all").denies())
                                .problems())
                .isEmpty();
    }

    @Test
    void rule_afterOneThatTakesEverybody_isRefused() {
        assertThat(
                        Policies.of(
                                        rule("all").name("*").broad().publish("a"),
                                        rule("late").name("bob").publish("a"))
                                .problems())
                .containsExactly(
                        "rules[1]: can never be reached: rule \"all\" takes all of its clients"
                                + " (expected: the narrower rule first)");
    }

    @Test
    void rule_thatAsksForTheSameOrMore_isRefused() {
        assertThat(
                        Policies.of(
                                        rule("first")
                                                .name("a", "b")
                                                .when(Aspect.GROUPS, "g")
                                                .publish("a"),
                                        rule("same")
                                                .when(Aspect.GROUPS, "g")
                                                .name("b", "a")
                                                .denies(),
                                        rule("more")
                                                .name("a", "b")
                                                .when(Aspect.GROUPS, "g")
                                                .when(Aspect.NETWORK, "10.0.0.0/8")
                                                .publish("b"),
                                        rule("less").name("a", "b").publish("c"))
                                .problems())
                .hasSize(2)
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("rules[1]: can never be reached"),
                        p -> assertThat(p).startsWith("rules[2]: can never be reached"));
    }

    /** A broken condition left out would make the rule seem to take everybody. */
    @Test
    void ruleWithBrokenConditions_hidesNoOther() {
        assertThat(
                        Policies.of(
                                        rule("r").attribute("site").broad().publish("a"),
                                        rule("s").name("b").publish("a"))
                                .problems())
                .singleElement()
                .asString()
                .startsWith("rules[0].when.attributes.site: ");
    }

    @Test
    void conditions_unknownWords_areRefused() {
        assertThat(
                        Policies.of(
                                        rule("r")
                                                .name("a", "")
                                                .when(Aspect.SOURCE, "users", "usres")
                                                .when(Aspect.CONNECTION, "STANDARD")
                                                .when(Aspect.CLIENT_KIND, "router")
                                                .when(Aspect.NETWORK, "10.1.2.3/8", "host.example")
                                                .attribute("cost.centre")
                                                .publish("a"))
                                .problems()
                                .stream()
                                .map(problem -> problem.replaceFirst(": .*", "")))
                .containsExactlyInAnyOrder(
                        "rules[0].when.name[1]",
                        "rules[0].when.source[1]",
                        "rules[0].when.connection[0]",
                        "rules[0].when.client-kind[0]",
                        "rules[0].when.network[0]",
                        "rules[0].when.network[1]",
                        "rules[0].when.attributes.\"cost.centre\"");
    }

    @Test
    void tags_thatAreNone_areRefused() {
        assertThat(
                        Policies.of(rule("r").name("a").publish("a").tags("", "a b", "{{x}}"))
                                .problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).startsWith("rules[0].grant.tags["));
    }

    @Test
    void name_withoutSource_isWarnedOfWhereThereAreSeveral() {
        assertThat(Policies.of(rule("r").name("alice").publish("a")).compilation().warnings())
                .containsExactly(
                        new PolicyProblem(
                                "rules[0].when.name",
                                "is taken from any source: oidc, users (expected: source, if they"
                                        + " are not the same people)"));
        assertThat(
                        Policies.of(
                                        rule("r")
                                                .name("alice")
                                                .when(Aspect.SOURCE, "users")
                                                .publish("a"))
                                .compilation()
                                .warnings())
                .isEmpty();
    }

    @Test
    void policy_withoutRules_deniesEverybody() {
        Policy policy = Policies.of().policy();

        assertThat(policy.rules()).isEmpty();
        assertThat(Outcomes.reason(policy, Client.named("alice"))).isEqualTo(Reason.NO_RULE);
    }
}
