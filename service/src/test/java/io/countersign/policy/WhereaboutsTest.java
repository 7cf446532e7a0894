// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.allow;
import static io.countersign.policy.Outcomes.decide;
import static io.countersign.policy.Outcomes.deny;
import static io.countersign.policy.Outcomes.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Requests;
import io.countersign.protocol.ConnectionType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks and connection types, which servers do not enforce for callout users: we do. */
class WhereaboutsTest {
    private static final Client ALICE = Client.named("alice");

    // 60
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::ffff:11.1.2.3, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "0.0.0.0/0, 2001:db8::1, false",
        "0.0.0.0/0, 198.51.100.1, true",
        "::/0, 2001:db8::1, true"
    })
    void network_ofTheRule_admitsItsAddressesOnly(String network, String host, boolean admitted) {
        Policy policy =
                Policies.of(rule("r").name("alice").when(Aspect.NETWORK, network).publish("a"))
                        .policy();

        assertThat(decide(policy, Client.named("alice").from(host)) instanceof Decision.Allow)
                .isEqualTo(admitted);
    }

    // 60
    @ParameterizedTest
    @ValueSource(strings = {"", "pipe", "localhost", "10.0.0", "010.0.0.1", "10.0.0.1.", "1"})
    void addressThatIsNone_isInNoNetwork(String host) {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("alice")
                                        .when(Aspect.NETWORK, "0.0.0.0/0", "::/0")
                                        .publish("a"))
                        .policy();

        Decision.Deny deny = deny(policy, Client.named("alice").from(host));

        assertThat(deny.reason()).isEqualTo(Reason.ADDRESS_NOT_ALLOWED);
        assertThat(deny.rule()).contains(new RuleId("r"));
        assertThat(deny.detail()).contains("rule r ");
    }

    // 60: what cannot be told never helps the client
    @Test
    void addressThatIsNone_isTakenByADenyingRule() {
        Policy policy =
                Policies.of(
                                rule("block").when(Aspect.NETWORK, "203.0.113.0/24").denies(),
                                rule("r").name("alice").publish("a"))
                        .policy();

        assertThat(deny(policy, Client.named("alice").from("")).rule())
                .contains(new RuleId("block"));
        assertThat(deny(policy, Client.named("alice").from("203.0.113.9")).rule())
                .contains(new RuleId("block"));
        assertThat(allow(policy, Client.named("alice").from("203.0.114.9")).rule())
                .isEqualTo(new RuleId("r"));
    }

    // 61
    @ParameterizedTest
    @EnumSource(ConnectionType.class)
    void connectionType_ofTheRule_admitsNoOther(ConnectionType type) {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("alice")
                                        .when(Aspect.CONNECTION, type.word())
                                        .publish("a"))
                        .policy();

        for (ConnectionType actual : ConnectionType.values()) {
            Client client = Client.named("alice").over(actual);
            if (actual == type) {
                assertThat(allow(policy, client).rule()).isEqualTo(new RuleId("r"));
            } else {
                assertThat(reason(policy, client)).isEqualTo(Reason.CONNECTION_TYPE_NOT_ALLOWED);
            }
        }
    }

    // 61
    @Test
    void connectionType_unknown_isNotAdmittedAndTakenByADenyingRule() {
        Policy granting =
                Policies.of(
                                rule("r")
                                        .name("alice")
                                        .when(
                                                Aspect.CONNECTION,
                                                "nats",
                                                "websocket",
                                                "mqtt",
                                                "leafnode")
                                        .publish("a"))
                        .policy();
        Policy denying =
                Policies.of(
                                rule("no-mqtt").when(Aspect.CONNECTION, "mqtt").denies(),
                                rule("r").name("alice").publish("a"))
                        .policy();

        assertThat(reason(granting, Client.named("alice").overSomethingNew()))
                .isEqualTo(Reason.CONNECTION_TYPE_NOT_ALLOWED);
        assertThat(deny(denying, Client.named("alice").overSomethingNew()).rule())
                .contains(new RuleId("no-mqtt"));
    }

    // 60, 61: the same, of genuine requests
    @Test
    void requests_areJudgedByWhatTheServerSaysOfTheClient() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("alice")
                                        .when(Aspect.NETWORK, "10.0.0.0/8")
                                        .when(Aspect.CONNECTION, "websocket")
                                        .when(Aspect.CLIENT_KIND, "client")
                                        .when(Aspect.SERVER_NAME, "edge-*")
                                        .when(Aspect.SERVER_CLUSTER, "north")
                                        .when(Aspect.SERVER_TAGS, "Zone:B")
                                        .publish("a"))
                        .policy();

        assertThat(of(policy, edge().address("10.1.1.1").websocket()))
                .isInstanceOf(Decision.Allow.class);
        assertThat(because(policy, edge().address("192.0.2.1").websocket()))
                .isEqualTo(Reason.ADDRESS_NOT_ALLOWED);
        assertThat(because(policy, edge().address("10.1.1.1")))
                .isEqualTo(Reason.CONNECTION_TYPE_NOT_ALLOWED);
        assertThat(because(policy, edge().address("10.1.1.1").websocket().cluster("south")))
                .isEqualTo(Reason.NO_RULE);
        assertThat(because(policy, edge().address("10.1.1.1").leafnode()))
                .isEqualTo(Reason.NO_RULE);
    }

    private static Requests edge() {
        return Requests.server().serverName("edge-7").cluster("north").serverTags("zone:b");
    }

    private static Decision of(Policy policy, Requests request) {
        return policy.decide(ALICE.identity(), request.verified(), Requests.NOW);
    }

    private static Reason because(Policy policy, Requests request) {
        return ((Decision.Deny) of(policy, request)).reason();
    }

    @Test
    void nearMiss_namesTheFirstGrantThatOnlyTheWhereaboutsKeptBack() {
        Policy policy =
                Policies.of(
                                rule("others")
                                        .name("bob")
                                        .when(Aspect.NETWORK, "10.0.0.0/8")
                                        .publish("a"),
                                rule("both")
                                        .name("alice")
                                        .when(Aspect.NETWORK, "10.0.0.0/8")
                                        .when(Aspect.CONNECTION, "mqtt")
                                        .publish("a"),
                                rule("mqtt")
                                        .name("alice")
                                        .when(Aspect.CONNECTION, "mqtt")
                                        .publish("a"),
                                rule("net")
                                        .name("alice")
                                        .when(Aspect.GROUPS, "g")
                                        .when(Aspect.NETWORK, "10.0.0.0/8")
                                        .publish("a"))
                        .policy();

        Decision.Deny deny = deny(policy, Client.named("alice").groups("g").from("192.0.2.1"));

        assertThat(deny.reason()).isEqualTo(Reason.CONNECTION_TYPE_NOT_ALLOWED);
        assertThat(deny.rule()).contains(new RuleId("mqtt"));
    }

    @Test
    void nearMiss_ofADenyingRule_isNoReason() {
        Policy policy =
                Policies.of(rule("block").name("alice").when(Aspect.NETWORK, "10.0.0.0/8").denies())
                        .policy();

        Decision.Deny deny = deny(policy, ALICE);

        assertThat(deny.reason()).isEqualTo(Reason.NO_RULE);
        assertThat(deny.rule()).isEqualTo(Optional.empty());
    }
}
