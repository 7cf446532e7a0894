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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A server with a default sentinel reads its configuration again: it then asks about every live
 * session, under the name that our answer gave it and without the token that it came with.
 */
class ReloadIT {
    private static final String TOKEN = "a-token-that-nobody-guesses";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SESSIONS = 16;

    /** Sessions that a reload brings up at once. */
    private static final int STORM = 300;

    // Checklist 36.
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

    // Checklist 76.
    @Test
    void reloads_withHundredsOfSessions_serveAllOfThem_andNothingGrows() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(users()).withPolicy(POLICY);
            Instance instance = system.startInstance("a");
            List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < STORM; i++) {
                    clients.add(loggedIn(system));
                }
                for (long round = 2; round <= 4; round++) {
                    reload(system, List.of(instance), round * STORM);
                    assertThat(instance.openSessions()).isEqualTo(STORM);
                }
                assertThat(clients).allMatch(client -> client.canPublish("app.x"));
                assertThat(instance.tally().dropped()).isZero();
                assertThat(instance.tally().refused()).isZero();
                Chaos.measured("reload", "3 reloads, %d sessions, all kept", STORM);
            } finally {
                clients.forEach(RawClient::close);
            }
        }
    }

    // Checklist 76: in static mode a reload closes the sessions, and all come back at once.
    @Test
    void reload_thatClosesHundredsOfSessions_letsThemAllInAgain() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            system.withUsers(users()).withPolicy(POLICY);
            Instance instance = system.startInstance("a");
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < STORM; i++) {
                clients.add(loggedIn(system));
            }
            assertThat(system.server().reload()).isEqualTo(new NatsServer.Reload.Done());
            long reloaded = System.nanoTime();
            List<Future<Integer>> tries = new ArrayList<>();
            for (RawClient client : clients) {
                tries.add(threads.submit(() -> triesUntilBack(system, client)));
            }
            int most = 0;
            for (Future<Integer> each : tries) {
                assertThat(each.get()).as("tries until it is in again").isLessThanOrEqualTo(5);
                most = Math.max(most, each.get());
            }
            Chaos.measured(
                    "reload",
                    "static: %d sessions in again %,d ms after it, in %d tries at most",
                    STORM,
                    Chaos.since(reloaded).toMillis(),
                    most);
            assertThat(instance.tally().refused()).as("served or shed, never refused").isZero();
            assertThat(instance.refusedAllows()).isZero();
        }
    }

    private static int triesUntilBack(Deployment system, RawClient closed) {
        try (closed) {
            assertThat(closed.awaitClosed(PATIENCE)).isTrue();
        }
        for (int tries = 1; ; tries++) {
            try (RawClient client = RawClient.connect(system.server())) {
                if (client.login(Map.of("auth_token", TOKEN)) instanceof Login.Admitted) {
                    return tries;
                }
            }
        }
    }

    private static RawClient loggedIn(Deployment system) {
        RawClient client = RawClient.connect(system.server());
        assertThat(client.login(Map.of("auth_token", TOKEN))).isInstanceOf(Login.Admitted.class);
        return client;
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
