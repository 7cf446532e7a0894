// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A subject that a server would not take as meant is refused when the policy is loaded. */
class SubjectRefusalTest {
    private static final List<BiFunction<Draft, String, Draft>> LISTS =
            List.of(Draft::publish, Draft::denyPublish, Draft::subscribe, Draft::denySubscribe);

    // 56: a bad subject of a deny list would deny nothing
    static Stream<String> malformed() {
        return Stream.of(
                "",
                "a..b",
                ".a",
                "a.",
                ".",
                "a b c",
                " a",
                "a ",
                "foo.>.bar",
                ">.a",
                "a*b",
                "a.*b",
                "a.b>",
                "**",
                "a.\u0007",
                "a.\tb",
                "a.\nb",
                "a.\u007f",
                "a.\u0000",
                "a.\u2028b",
                "x".repeat(5000));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedSubject_inAnyList_isRefusedAtLoad(String subject) {
        for (BiFunction<Draft, String, Draft> list : LISTS) {
            assertThat(Policies.of(list.apply(rule("r").user("n"), subject)).problems())
                    .singleElement()
                    .asString()
                    .matches("rules\\[0]\\.grant\\.(publish|subscribe)\\.(allow|deny)\\[0]: .*");
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedSubject_inRolesAndDenyAlways_isRefusedAtLoad(String subject) {
        Policies role =
                Policies.of(rule("r").user("n").roles("t"))
                        .role("t", List.of("fine", subject), List.of());
        Policies always =
                Policies.of(rule("r").user("n").publish("a"))
                        .denyAlways(List.of(), List.of(subject));

        assertThat(role.problems())
                .singleElement()
                .asString()
                .startsWith("roles.t.publish.allow[1]: ");
        assertThat(always.problems())
                .singleElement()
                .asString()
                .startsWith("deny-always.subscribe[0]: ");
    }

    // 57
    @Test
    void queueSuffix_inPublish_isRefused() {
        Policies policies =
                Policies.of(rule("r").user("n").publish("work.* workers").denyPublish("a b"))
                        .role("t", List.of("c d"), List.of())
                        .denyAlways(List.of("e f"), List.of("g h"));

        assertThat(policies.problems())
                .hasSize(4)
                .allSatisfy(problem ->
                        assertThat(problem).endsWith("(a queue can only be named in subscribe)"));
    }

    @Test
    void controlCharacters_inProblems_areEscaped() {
        assertThat(Policies.of(rule("r").user("n").publish("a.\u001b[2J\n")).problems())
                .singleElement()
                .asString()
                .contains("\"a.\\u{1b}[2J\\u{a}\"");
    }

    @Test
    void template_outsideOneToken_isRefused() {
        for (String subject :
                List.of(
                        "a.{{name}}>",
                        "a.*{{name}}",
                        "a.{{name}}*.b",
                        "a.{{name}}..b",
                        "{{name}} {{name}} x")) {
            assertThat(Policies.of(rule("r").user("n").subscribe(subject)).problems())
                    .as(subject)
                    .singleElement()
                    .asString()
                    .endsWith("(a template stands for a part of one token)");
        }
    }

    @Test
    void template_inQueue_isRefused() {
        for (String subject : List.of("a {{name}}", "a.b q-{{name}}", "{{name}} {{source}}")) {
            assertThat(Policies.of(rule("r").user("n").subscribe(subject)).problems())
                    .as(subject)
                    .singleElement()
                    .asString()
                    .contains("has a template in its queue");
        }
    }

    @Test
    void template_thatIsNoTemplate_isRefused() {
        assertThat(
                        Policies.of(
                                        rule("r")
                                                .user("n")
                                                .publish(
                                                        "a.{{user}}",
                                                        "a.{{groups}}",
                                                        "a.{{attribute.}}",
                                                        "a.{{name",
                                                        "a.name}}",
                                                        "a.{{}}",
                                                        "a.{{ {{name}} }}"))
                                .problems())
                .hasSize(7)
                .allSatisfy(problem ->
                        assertThat(problem).containsAnyOf("unknown template variable", "without"));
    }

    @Test
    void template_completingASystemSubject_isRefused() {
        assertThat(Policies.of(rule("r").user("n").publish("${{name}}.>", "$J{{name}}")).problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("system subject"));
    }

    /** Tried on nats-server 2.10.27: queue "other" may then subscribe to s.x. */
    @Test
    void deniedQueue_besidePlainDenial_isRefused() {
        Policies own =
                Policies.of(
                        rule("r").user("n").subscribe("s.a").denySubscribe("s.>", "s.* workers"));
        Policies always =
                Policies.of(rule("r").user("n").subscribe("t").denySubscribe("s.* workers"))
                        .denyAlways(List.of(), List.of("s.>"));
        Policies apart =
                Policies.of(rule("r").user("n").subscribe("a").denySubscribe("t.x", "s.* workers"));

        assertThat(own.problems()).singleElement().asString().contains("overlap");
        assertThat(always.problems()).singleElement().asString().contains("overlap");
        assertThat(apart.problems()).isEmpty();
    }

    /** Tried on nats-server 2.10.27: a subscription to *.key receives secret.key. */
    @Test
    void deniedPattern_insideWiderAllow_isWarnedOf() {
        assertThat(warnings(new String[] {"a.>"}, new String[] {"a.secret.*"}))
                .singleElement()
                .asString()
                .contains("can be got round");
        assertThat(warnings(new String[] {"a.>"}, new String[] {"a.secret"})).isEmpty();
        assertThat(warnings(new String[] {"a.b"}, new String[] {"a.*"})).isEmpty();
        assertThat(warnings(new String[] {"a.*"}, new String[] {"a.>"})).isEmpty();
        assertThat(warnings(new String[] {"a.>"}, new String[] {"b.*"})).isEmpty();
        assertThat(warnings(new String[] {"a.{{name}}.>"}, new String[] {"a.bob.*"})).hasSize(1);
    }

    private static List<String> warnings(String[] allow, String[] deny) {
        return Policies.of(rule("r").user("n").subscribe(allow).denySubscribe(deny)).warnings();
    }
}
