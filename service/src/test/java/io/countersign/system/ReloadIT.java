// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A server with a default sentinel reads its configuration again: it then asks about every live
 * session, under the name that our answer gave it and without the token that it came with.
 */
class ReloadIT {
    private static final String TOKEN = "a-token-that-nobody-guesses";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SESSIONS = 16;

    // Checklist 36 and 76.
    @Test
    void reload_withLiveSessions_keepsThemAll_andStrangersStayOut() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(POLICY);
            Instance instance = system.startInstance("a");
            try (RawClient token = RawClient.connect(system.server());
                    RawClient password = RawClient.connect(system.server())) {
                assertThat(token.login(Map.of("auth_token", TOKEN)))
                        .isInstanceOf(Login.Admitted.class);
                assertThat(password.login(alice(system))).isInstanceOf(Login.Admitted.class);

                reload(system, List.of(instance), 4);

                assertThat(token.canPublish("app.x")).isTrue();
                assertThat(token.canPublish("other.x")).isFalse();
                assertThat(password.canPublish("app.x")).isTrue();
            }
            // The name alone, which a reload believes of a live session, opens nothing.
            try (RawClient stranger = RawClient.connect(system.server())) {
                assertThat(stranger.login(Map.of("user", "sensor")))
                        .isInstanceOf(Login.Refused.class);
            }
        }
    }

    // Reference 7.6. That every one of so many reaches the instance that let it in is as good as
    // impossible.
    @Test
    void reload_askingAnotherInstanceThanTheFirst_keepsTheSession() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(POLICY);
            List<Instance> both = List.of(system.startInstance("a"), system.startInstance("b"));
            List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < SESSIONS; i++) {
                    RawClient client = RawClient.connect(system.server());
                    clients.add(client);
                    assertThat(client.login(Map.of("auth_token", TOKEN)))
                            .isInstanceOf(Login.Admitted.class);
                }

                reload(system, both, 2 * SESSIONS);

                assertThat(clients)
                        .as(() -> system.server().log())
                        .allMatch(client -> client.canPublish("app.x"));
            } finally {
                clients.forEach(RawClient::close);
            }
        }
    }

    private static void reload(Deployment system, List<Instance> instances, long allowed) {
        assertThat(system.server().reload()).isEqualTo(new NatsServer.Reload.Done());
        Wait.until(
                "every session was asked about again and let stay",
                PATIENCE,
                () -> instances.stream().mapToLong(i -> i.tally().allowed()).sum() >= allowed);
    }

    private static Map<String, String> alice(Deployment system) {
        return Map.of("user", "alice", "pass", system.password("alice"));
    }

    private static String users() throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
        return """
          - name: sensor
            tokens: [{id: first, hash: "sha256:%s"}]
            groups: [app]
        """
                .formatted(HexFormat.of().formatHex(hash));
    }

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: app
                when: { groups: [app] }
                grant:
                  account: APP
                  publish: { allow: ["app.>"] }
                  subscribe: { allow: ["app.>", "_INBOX.>"] }
                  expires: 1h
            """;
}
