// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.Explanation.ConditionReport;
import io.countersign.policy.Explanation.RuleReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An explanation shows, for each rule, what held and what did not. */
class ExplanationTest {
    private static final Policy POLICY =
            Policies.of(
                            rule("block").when(Aspect.NETWORK, "203.0.113.0/24").denies(),
                            rule("sensors")
                                    .name("sensor-*", "alice")
                                    .when(Aspect.GROUPS, "sensors", "ops")
                                    .attribute("site", "north")
                                    .when(Aspect.CONNECTION, "nats", "mqtt")
                                    .publish("a"),
                            rule("alice").name("alice").publish("b"),
                            rule("rest").broad().publish("c"))
                    .policy();

    @Test
    void explanation_tellsForEachConditionWhatWasFoundAndExpected() {
        Explanation explanation =
                POLICY.explain(
                        Client.named("alice").groups("ops", "dev").from("192.0.2.1").facts(), NOW);

        assertThat(explanation.rules().get(1))
                .isEqualTo(
                        new RuleReport(
                                new RuleId("sensors"),
                                false,
                                Match.NO,
                                false,
                                false,
                                List.of(
                                        new ConditionReport(
                                                "name", Match.YES, "alice", "alice, sensor-*"),
                                        new ConditionReport(
                                                "groups", Match.YES, "dev, ops", "ops, sensors"),
                                        new ConditionReport(
                                                "attributes.site", Match.NO, "nothing", "north"),
                                        new ConditionReport(
                                                "connection", Match.YES, "nats", "mqtt, nats"))));
    }

    @Test
    void explanation_marksTheFirstMatchAndCarriesItsDecision() {
        Facts facts = Client.named("alice").from("192.0.2.1").facts();

        Explanation explanation = POLICY.explain(facts, NOW);

        assertThat(explanation.rules().stream().map(RuleReport::takesIt))
                .containsExactly(false, false, true, true);
        assertThat(explanation.rules().stream().map(RuleReport::decisive))
                .containsExactly(false, false, true, false);
        assertThat(explanation.decision()).isEqualTo(POLICY.decide(facts, NOW));
    }

    @Test
    void explanation_ofAnUnknownAddress_showsThatItCounts() {
        Explanation explanation = POLICY.explain(Client.named("alice").from("").facts(), NOW);

        assertThat(explanation.rules().getFirst())
                .isEqualTo(
                        new RuleReport(
                                new RuleId("block"),
                                true,
                                Match.UNKNOWN,
                                true,
                                true,
                                List.of(
                                        new ConditionReport(
                                                "network",
                                                Match.UNKNOWN,
                                                "no address",
                                                "203.0.113.0/24"))));
    }
}
