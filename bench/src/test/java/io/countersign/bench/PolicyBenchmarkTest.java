// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.Decision;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Param;

/** The benchmark measures what it says: the rule in the middle takes its client, and no other. */
class PolicyBenchmarkTest {
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    @ParameterizedTest
    @EnumSource
    void client_ofARule_isTakenByIt(PolicyBenchmark.Kind kind) throws Exception {
        int rule = PolicyBenchmark.RULES / 2;

        Decision decision =
                PolicyBenchmark.load(PolicyBenchmark.many(kind)).decide(kind.client(rule), NOW);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.rule().value()).isEqualTo("rule-" + rule));
    }

    @Test
    void expressions_allHold() throws Exception {
        String[] expressions =
                PolicyBenchmark.One.class.getField("expression").getAnnotation(Param.class).value();

        assertThat(expressions).hasSizeGreaterThan(3);
        for (String expression : expressions) {
            PolicyBenchmark.One one = new PolicyBenchmark.One();
            one.expression = expression;
            one.build();
            assertThat(new PolicyBenchmark().decideWithExpression(one))
                    .as(expression)
                    .isInstanceOf(Decision.Allow.class);
        }
    }
}
