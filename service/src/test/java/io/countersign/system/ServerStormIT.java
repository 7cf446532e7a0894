// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.api.ClusterInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Servers that reload again and again, and the one that dies which leads the audit stream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerStormIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int RELOADS = 3;
    private static final int SESSIONS = 30;

    /** An election of JetStream takes some seconds, and a second one if the first is a draw. */
    private static final Duration PROMISED = Duration.ofSeconds(30);

    private Deployment system;
    private Instance instance;

    @BeforeAll
    void start() {
        system =
                Deployment.start(
                        Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST)
                                .withServers(3));
        instance = system.startInstance("a");
    }

    @AfterAll
    void end() {
        system.close();
    }

    @Test
    void everyServerReloadedAgainAndAgain_keepsEachSession_andFailsNoLogin() throws Exception {
        List<RawClient> sessions = new ArrayList<>();
        try (LoginTraffic traffic = new LoginTraffic(system.servers(), this::alice)) {
            traffic.awaitLogins(3);
            for (int i = 0; i < SESSIONS; i++) {
                RawClient client = RawClient.connect(system.servers().get(i % 3));
                sessions.add(client);
                assertThat(client.login(alice(), PATIENCE)).isInstanceOf(Login.Admitted.class);
            }
            long began = System.nanoTime();
            for (int i = 0; i < RELOADS; i++) {
                for (NatsServer server : system.servers()) {
                    assertThat(server.reload()).isEqualTo(new NatsServer.Reload.Done());
                }
            }
            Duration took = Chaos.since(began);
            traffic.awaitLogins(3);
            assertThat(traffic.stop()).as(traffic::summary).isEmpty();
            assertThat(sessions).allMatch(client -> client.canPublish("app.x"));
            assertThat(instance.tally().refused()).isZero();
            Chaos.measured(
                    "storm",
                    "%d reloads in %,d ms; %d sessions kept; %s, 0 failed",
                    3 * RELOADS,
                    took.toMillis(),
                    SESSIONS,
                    traffic.summary());
        } finally {
            sessions.forEach(RawClient::close);
        }
    }

    @Test
    void leaderOfTheAuditStreamKilled_loginsGoOn_andTheStreamHasAllSoonAfter() throws Exception {
        Wait.until(
                "the stream is there",
                PATIENCE,
                () -> instance.relay().orElseThrow().relayed() > 0);
        NatsServer leader = leader();
        List<NatsServer> others =
                system.servers().stream().filter(server -> server != leader).toList();
        try (AuditedLogins logins = new AuditedLogins(system, others, 2)) {
            logins.awaitMore(10);
            leader.kill();
            long killed = System.nanoTime();
            long size = instance.relay().orElseThrow().size();
            logins.awaitMore(10);
            Duration going = Chaos.since(killed);
            Wait.until(
                    "the stream takes entries again",
                    PATIENCE,
                    () -> instance.relay().orElseThrow().relayed() > size);
            Duration took = Chaos.since(killed);
            leader.restart();
            logins.stop();
            Wait.until(
                    "all is relayed", PATIENCE, () -> instance.relay().orElseThrow().behind() == 0);
            long entries = logins.assertRecorded("a");
            Chaos.measured(
                    "leader",
                    "10 logins within %,d ms of its end, the stream took entries again after %,d ms;"
                            + " %,d logins seen, all among %,d entries",
                    going.toMillis(),
                    took.toMillis(),
                    logins.count(),
                    entries);
            assertThat(took).isLessThan(Chaos.limit(PROMISED));
        }
    }

    private NatsServer leader() throws Exception {
        Connection connection =
                new DeploymentKeys(system.folder(), Deployment.Mode.OPERATOR)
                        .connect(system.server(), "operations");
        try {
            ClusterInfo cluster =
                    connection
                            .jetStreamManagement()
                            .getStreamInfo("COUNTERSIGN_AUDIT")
                            .getClusterInfo();
            int number = Integer.parseInt(cluster.getLeader().substring(1)); // n1, n2, n3
            return system.servers().get(number - 1);
        } finally {
            connection.close();
        }
    }

    private Map<String, Object> alice() {
        return system.connect(Map.of("user", "alice", "pass", system.password("alice")));
    }
}
