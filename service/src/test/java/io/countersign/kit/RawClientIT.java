// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawClientIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String USERS =
            """
            authorization {
              timeout: 1
              users: [
                { user: ann, password: wrench }
                { user: ben, password: hammer,
                  permissions: { publish: { allow: ["in.>"] }, subscribe: { allow: ["out.>", "jobs q"] } } }
                { nkey: UCNGL4W5QX66CFX6A6DCBVDH5VOHMI7B2UZZU7TXAUQQSI2JPHULCKBR }
              ]
            }
            """;
    private static final Map<String, Object> ANN =
            Map.of("user", "ann", "pass", "wrench", "headers", true);
    private static final Map<String, Object> BEN = Map.of("user", "ben", "pass", "hammer");

    @ParameterizedTest
    @EnumSource
    void login_rightAndWrongPassword_admittedAndRefused(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient right = RawClient.connect(server);
                RawClient wrong = RawClient.connect(server)) {
            assertThat(right.login(ANN)).isInstanceOf(Login.Admitted.class);
            assertThat(wrong.login(Map.of("user", "ann", "pass", "guess")))
                    .isInstanceOfSatisfying(
                            Login.Refused.class,
                            refused ->
                                    assertThat(refused.text())
                                            .isEqualTo("Authorization Violation"));
            assertThat(wrong.awaitClosed(LIMIT)).isTrue();
            assertThat(right.cid()).isPositive().isNotEqualTo(wrong.cid());
        }
    }

    @ParameterizedTest
    @EnumSource
    void connect_neverSendsConnect_isToldAndClosed(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient client = RawClient.connect(server)) {
            assertThat(client.awaitClosed(LIMIT)).isTrue();
            assertThat(client.errors()).containsExactly("Authentication Timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void login_withSigner_signsTheNonceOfThisConnection(NatsBinary binary) {
        Map<String, Object> connect = new LinkedHashMap<>();
        connect.put("nkey", "UCNGL4W5QX66CFX6A6DCBVDH5VOHMI7B2UZZU7TXAUQQSI2JPHULCKBR");
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient client = RawClient.connect(server)) {
            byte[][] signed = new byte[1][];
            Login login =
                    client.login(
                            connect,
                            nonce -> {
                                signed[0] = nonce;
                                return new byte[64];
                            });

            assertThat(new String(signed[0], StandardCharsets.US_ASCII))
                    .isEqualTo(client.nonce().orElseThrow());
            assertThat(login).isInstanceOf(Login.Refused.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void canPublishAndSubscribe_userWithPermissions_agreesWithThem(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient client = RawClient.connect(server)) {
            client.login(BEN);

            assertThat(client.canPublish("in.order")).isTrue();
            assertThat(client.canPublish("out.order")).isFalse();
            assertThat(client.canSubscribe("out.>")).isTrue();
            assertThat(client.canSubscribe("in.>")).isFalse();
            assertThat(client.canSubscribe("jobs", "q")).isTrue();
            assertThat(client.canSubscribe("jobs", "other")).isFalse();
            assertThat(client.errors())
                    .hasSize(3)
                    .allMatch(text -> text.startsWith("Permissions Violation"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscribe_messagesArrive_inOrderWithReplyAndPayload(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient sender = RawClient.connect(server);
                RawClient receiver = RawClient.connect(server)) {
            sender.login(ANN);
            receiver.login(ANN);
            receiver.subscribe("news.*");
            receiver.fence();
            byte[] big = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
            sender.publish("news.one", "back.here", "first".getBytes(StandardCharsets.UTF_8));
            sender.publish("news.two", big);

            Message first = receiver.awaitMessage(LIMIT).orElseThrow();
            Message second = receiver.awaitMessage(LIMIT).orElseThrow();
            assertThat(first.text()).isEqualTo("first");
            assertThat(first.reply()).contains("back.here");
            assertThat(second.subject()).isEqualTo("news.two");
            assertThat(second.payload()).isEqualTo(big);
            assertThat(receiver.awaitMessage(Duration.ofMillis(20))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void request_nobodyThere_isAnsweredByTheServer(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient client = RawClient.connect(server)) {
            client.login(
                    Map.of(
                            "user",
                            "ann",
                            "pass",
                            "wrench",
                            "headers",
                            true,
                            "no_responders",
                            true));

            assertThat(client.request("nobody", new byte[0], LIMIT))
                    .hasValueSatisfying(
                            answer -> assertThat(answer.headers()).startsWith("NATS/1.0 503"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitLogin_manyUnderWay_eachGetsItsOwnAnswer(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, USERS);
                RawClient one = RawClient.connect(server);
                RawClient two = RawClient.connect(server)) {
            List<RawClient> both = List.of(one, two);
            both.forEach(client -> client.sendConnect(BEN));

            assertThat(both)
                    .allSatisfy(client ->
                            assertThat(client.awaitLogin(LIMIT))
                                    .isInstanceOf(Login.Admitted.class));
        }
    }
}
