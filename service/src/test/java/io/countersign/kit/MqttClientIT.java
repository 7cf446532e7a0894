// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MqttClientIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CONFIGURATION =
            """
            server_name: mqtt
            jetstream { store_dir: "${dir}/js" }
            mqtt { listen: "127.0.0.1:${port:mqtt}" }
            accounts { A { jetstream: enabled, users: [
              { user: ann, password: wrench }
              { user: ben, password: hammer, permissions: { subscribe: { deny: ["secret.>"] } } }
            ] } }
            """;

    private static MqttClient connect(NatsServer server) {
        return MqttClient.connect(server.host(), server.port("mqtt"));
    }

    @ParameterizedTest
    @EnumSource
    void login_rightAndWrongPassword_admittedAndRefused(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, CONFIGURATION);
                MqttClient right = connect(server);
                MqttClient wrong = connect(server);
                MqttClient nobody = connect(server)) {
            assertThat(right.login("a", "ann", "wrench")).isInstanceOf(Login.Admitted.class);
            assertThat(wrong.login("b", "ann", "guess"))
                    .isInstanceOfSatisfying(
                            Login.Refused.class,
                            refused -> assertThat(refused.text()).isEqualTo("CONNACK 5"));
            assertThat(wrong.awaitClosed(LIMIT)).isTrue();
            assertThat(nobody.login("c")).isInstanceOf(Login.Refused.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void publish_toMqttAndNatsSubscribers_arrivesAtBoth(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, CONFIGURATION);
                MqttClient sender = connect(server);
                MqttClient receiver = connect(server);
                RawClient nats = RawClient.connect(server)) {
            sender.login("sender", "ann", "wrench");
            receiver.login("receiver", "ann", "wrench");
            nats.login(Map.of("user", "ann", "pass", "wrench"));
            nats.subscribe("room.one");
            nats.fence();
            assertThat(receiver.subscribe("room/+")).isTrue();
            String text = "z".repeat(500);
            sender.publish("room/one", text.getBytes(StandardCharsets.UTF_8));
            sender.fence();

            Message heard = receiver.awaitMessage(LIMIT).orElseThrow();
            assertThat(heard.subject()).isEqualTo("room/one");
            assertThat(heard.text()).isEqualTo(text);
            assertThat(nats.awaitMessage(LIMIT).orElseThrow().text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscribe_deniedTopic_isNotGranted(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, CONFIGURATION);
                MqttClient client = connect(server)) {
            client.login("ben", "ben", "hammer");

            assertThat(client.subscribe("secret/plans")).isFalse();
            assertThat(client.subscribe("open/plans")).isTrue();
        }
    }
}
