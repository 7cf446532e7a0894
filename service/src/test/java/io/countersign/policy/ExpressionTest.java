// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.protocol.ConnectionType;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

    private final Client alice =
            Client.named("alice")
                    .groups("sensors", "eu-west")
                    .attribute("site", "north", "east")
                    .from("10.1.2.3")
                    .over(ConnectionType.MQTT)
                    .mqttId("s-7")
                    .at("n1", "east", "zone:b")
                    .calling("telemetry/2.1")
                    .overTls();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "principal.name == 'alice' && principal.source == 'users'",
                "'sensors' in principal.groups",
                "principal.groups.exists(g, g.startsWith('eu-'))",
                "'north' in principal.attributes.site",
                "principal.attributes['site'].size() == 2",
                "has(principal.attributes.site) && !has(principal.attributes.floor)",
                "client.address.inNetwork('10.0.0.0/8')",
                "!client.address.inNetwork('192.168.0.0/16')",
                "client.kind == 'client' && client.connection == 'mqtt' && client.id == 's-7'",
                "client.name.matches('^telemetry/[0-9.]+$') && client.tls",
                "server.name == 'n1' && server.cluster == 'east' && 'zone:b' in server.tags",
                "now < timestamp('2026-12-31T00:00:00Z')",
                "now.getHours('Europe/Berlin') == 14 && now.getDayOfWeek() == 3"
            })
    void test_whatIsTrueOfTheClient_holds(String text) {
        assertThat(Expression.compile(text).test(question())).isEqualTo(Match.YES);
        assertThat(Expression.compile("!(" + text + ")").test(question())).isEqualTo(Match.NO);
    }

    /** What fails can never allow, and never spares from a denial. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "principal.attributes.floor[0] == '3'",
                "principal.attributes['site'][7] == 'x'",
                "1 / (principal.groups.size() - 2) == 0",
                "client.address.inNetwork('no network')",
                "client.name.inNetwork('10.0.0.0/8')",
                "timestamp(client.name) < now"
            })
    void test_whatFails_cannotBeTold(String text) {
        Expression expression = Expression.compile(text);
        assertThat(expression.test(question())).isEqualTo(Match.UNKNOWN);
        assertThat(expression.failure(question())).isNotBlank();
    }

    @Test
    void decide_expressionThatFails_neverGrantsAndAlwaysDenies() {
        String fails = "principal.attributes.floor[0] == '3'";
        Draft grant = rule("grant").user("alice").expression(fails);
        Draft deny = rule("deny").expression(fails).denies();
        Draft everybody = rule("everybody").user("alice");

        assertThat(decider(grant)).isEqualTo("no rule");
        assertThat(decider(deny, everybody)).isEqualTo("deny");
        assertThat(decider(everybody)).isEqualTo("everybody");
    }

    @Test
    void compile_whatIsWrong_isRefusedWithItsPlace() {
        refused(
                "principal.nam == 'a'",
                "1:1: undeclared reference to 'principal' (expected: one of principal.name, ");
        refused("principal.name == 1", "1:16: found no matching overload for '_==_'");
        refused("principal.name", "expected type 'bool' but found 'string'");
        refused("principal.name == ", "1:19: mismatched input '<EOF>'");
        refused("shell('rm') == ''", "1:6: undeclared reference to 'shell'");
        refused("'" + "x".repeat(2001) + "' == ''", "expression code point size exceeds limit");
        refused("(".repeat(40) + "true" + ")".repeat(40), "recursion");
    }

    @Test
    void problems_brokenExpression_isAtItsPath() {
        assertThat(Policies.of(rule("r").user("alice").expression("client.nam == ''")).problems())
                .singleElement()
                .asString()
                .startsWith("rules[0].when.expression: \"client.nam == ''\": 1:");
    }

    /** {@code principal.name != ""} would hold for everybody, so no expression counts. */
    @Test
    void problems_grantWithAnExpressionOnly_hasToSayThatItIsBroad() {
        Draft draft = rule("r").expression("principal.name == 'alice'");
        assertThat(Policies.of(draft).problems())
                .singleElement()
                .asString()
                .contains("anybody gets this grant");
        assertThat(Policies.of(draft.broad()).problems()).isEmpty();
    }

    @Test
    void problems_ruleBehindTheSameExpression_isNeverReached() {
        Draft first = rule("a").when(Aspect.SOURCE, "users").expression("client.tls");
        Draft second = rule("b").user("alice").expression("client.tls");
        assertThat(Policies.of(first, second).problems())
                .singleElement()
                .asString()
                .contains("can never be reached");
        assertThat(Policies.of(second, first).problems()).isEmpty();
    }

    @Test
    void explain_expression_showsTextAndWhyItCouldNotBeTold() {
        Draft draft = rule("r").user("alice").expression("'x' in principal.attributes.floor");
        Explanation explanation = Policies.of(draft).policy().explain(alice.facts(), NOON);
        assertThat(explanation.rules().getFirst().conditions())
                .last()
                .satisfies(it -> {
                    assertThat(it.key()).isEqualTo("expression");
                    assertThat(it.match()).isEqualTo(Match.UNKNOWN);
                    assertThat(it.expected()).isEqualTo("'x' in principal.attributes.floor");
                    assertThat(it.found()).contains("floor");
                });
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> Expression.compile(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private String decider(Draft... rules) {
        return switch (Policies.of(rules).policy().decide(alice.facts(), NOON)) {
            case Decision.Allow(_, var rule) -> rule.value();
            case Decision.Deny(_, _, var rule) -> rule.map(RuleId::value).orElse("no rule");
        };
    }

    private Question question() {
        return Question.of(alice.facts(), NOON);
    }
}
