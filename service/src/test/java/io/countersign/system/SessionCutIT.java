// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.kit.Administrator;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.MqttClient;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.kit.WebSocketClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Live sessions of every kind end with a revocation, and with a kick. */
class SessionCutIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";

    // Checklist 79; must hold 1.
    @ParameterizedTest
    @EnumSource
    void revoke_sessionsOfEveryKind_endsThemAndNobodyElse(NatsBinary binary) {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, binary)
                        .changing(SessionCutIT::withListeners);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(POLICY);
            system.startInstance("a");
            int web = listening(system, "Listening for websocket clients on ws://127.0.0.1:(\\d+)");
            int mqtt = listening(system, "Listening for MQTT clients on mqtt://127.0.0.1:(\\d+)");
            int leaf = listening(system, "Listening for leafnode connections on 127.0.0.1:(\\d+)");
            try (Administrator admin = Administrator.of(system);
                    RawClient core = RawClient.connect(system.server());
                    RawClient bystander = RawClient.connect(system.server());
                    RawClient socket = WebSocketClient.connect(HOST, web);
                    MqttClient thing = mqtt(mqtt);
                    NatsServer edge = leaf(binary, leaf)) {
                assertThat(core.login(fields("plain"))).isInstanceOf(Login.Admitted.class);
                assertThat(bystander.login(fields("other"))).isInstanceOf(Login.Admitted.class);
                assertThat(socket.login(fields("web"))).isInstanceOf(Login.Admitted.class);
                Wait.until("a leaf node", PATIENCE, () -> leaves(system) == 1);

                JsonNode listed = admin.ask("sessions", "{}");
                assertThat(listed.path("sessions").findValuesAsText("type"))
                        .as(listed::toPrettyString)
                        .containsExactlyInAnyOrder("nats", "nats", "websocket", "mqtt", "leafnode");

                for (String user : List.of("plain", "web", "thing", "edge")) {
                    JsonNode ended = admin.revoke("principal", "users:" + user);
                    assertThat(ended.path("sessions").path("ended").asInt())
                            .as(() -> user + ": " + ended.toPrettyString())
                            .isEqualTo(1);
                    assertThat(ended.path("sessions").path("remaining").asInt()).isZero();
                }
                assertThat(core.awaitClosed(PATIENCE)).isTrue();
                assertThat(socket.awaitClosed(PATIENCE)).isTrue();
                assertThat(thing.awaitClosed(PATIENCE)).isTrue();
                edge.awaitLog("Authorization Violation"); // it came back, and was refused
                Wait.until("no leaf node", PATIENCE, () -> leaves(system) == 0);
                assertThat(bystander.canPublish("app.x")).isTrue();

                JsonNode left = admin.ask("sessions", "{}");
                assertThat(left.path("sessions").findValuesAsText("principal"))
                        .containsExactly("users:other");
                JsonNode kicked =
                        admin.ask(
                                "kick",
                                "{\"filter\":{\"principal\":\"users:other\"},\"reason\":\"test\"}");
                assertThat(kicked.path("ended").asInt()).as(kicked::toPrettyString).isEqualTo(1);
                assertThat(bystander.awaitClosed(PATIENCE)).isTrue();
                try (RawClient again = RawClient.connect(system.server())) {
                    assertThat(again.login(fields("other"))).isInstanceOf(Login.Admitted.class);
                }
            }
        }
    }

    private static MqttClient mqtt(int port) {
        return Wait.forValue(
                "an MQTT login",
                PATIENCE,
                () -> {
                    MqttClient client = MqttClient.connect(HOST, port);
                    if (client.login("thing-1", "thing", "secret") instanceof Login.Admitted) {
                        return java.util.Optional.of(client);
                    }
                    client.close();
                    return java.util.Optional.empty();
                });
    }

    private static int leaves(Deployment system) {
        return system.server().monitor("/leafz").path("leafs").size();
    }

    private static NatsServer leaf(NatsBinary binary, int port) {
        return NatsServer.start(
                binary,
                "leafnodes { remotes [ { url: \"nats-leaf://edge:secret@%s:%d\" } ] }"
                        .formatted(HOST, port));
    }

    private static int listening(Deployment system, String line) {
        return Integer.parseInt(system.server().awaitLog(line).group(1));
    }

    private static Map<String, Object> fields(String user) {
        return Map.of("user", user, "pass", "secret");
    }

    private static String withListeners(String conf) {
        return conf
                + """

                websocket { listen: "127.0.0.1:-1", no_tls: true }
                mqtt { listen: "127.0.0.1:-1" }
                leafnodes { listen: "127.0.0.1:-1" }
                """;
    }

    private static String users() {
        String hash = CheapHash.of("secret").encoded();
        StringBuilder users = new StringBuilder();
        for (String name : List.of("plain", "other", "web", "thing", "edge")) {
            users.append("  - { name: %s, password: \"%s\" }%n".formatted(name, hash));
        }
        return users.toString();
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: all
                when: { source: users }
                grant: { account: APP, publish: { allow: [">"], everything: true }, subscribe: { allow: [">"], everything: true }, expires: 1h }
            """;
}
