// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.config.Surroundings;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.SuperCluster;
import io.countersign.kit.SuperCluster.Side;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two clusters joined by a gateway, an instance in each: logins are decided where they are made,
 * and on the other side when nobody is left there. In static mode; operator mode was not tried.
 */
class GatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOGINS = 5;

    @Test
    void clustersJoinedByAGateway_decideTheirOwnLogins_andTheOthersWhenNobodyIsLeft()
            throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .withServers(SuperCluster.SERVERS);
        try (Deployment system = Deployment.prepared(plan)) {
            system.withSettings("telemetry: {listen: off}");
            SuperCluster both = SuperCluster.start(system);
            try (Instance east =
                    Instance.start(
                            both.configuration(Side.EAST),
                            new Surroundings(Map.of(), Optional.of("east")))) {
                east.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                both.servers().forEach(server -> awaitLogin(system, server));
                InstanceProcess west =
                        InstanceProcess.start(
                                "west", both.configuration(Side.WEST), system.workspace());
                west.awaitReady();
                awaitLocal(system, both, east);
                assertEachSideIsAskedAboutItsOwn(system, both, east);

                west.kill();
                long killed = System.nanoTime();
                both.servers(Side.WEST).forEach(server -> awaitLogin(system, server));
                Duration took = Chaos.since(killed);
                assertAllGetIn(system, both.servers());
                assertThat(east.tally().dropped()).isZero();
                assertThat(east.refusedAllows()).isZero();

                west.restart();
                west.awaitReady();
                awaitLocal(system, both, east);
                Chaos.measured(
                        "gateway",
                        "logins at both servers of a side over the gateway %,d ms after the kill"
                                + " of its instance",
                        took.toMillis());
            }
        }
    }

    private static void assertEachSideIsAskedAboutItsOwn(
            Deployment system, SuperCluster both, Instance east) {
        long before = east.tally().requests();
        assertAllGetIn(system, both.servers(Side.WEST));
        assertThat(east.tally().requests()).as("asked about the west").isEqualTo(before);
        assertAllGetIn(system, both.servers(Side.EAST));
        Wait.until(
                "the east decides its own",
                PATIENCE,
                () -> east.tally().requests() == before + 2 * LOGINS);
    }

    /** A new instance is known at all servers a moment later than at its own. */
    private static void awaitLocal(Deployment system, SuperCluster both, Instance east) {
        for (NatsServer server : both.servers(Side.WEST)) {
            Wait.until(
                    "logins in the west are decided there",
                    PATIENCE,
                    () -> {
                        long before = east.tally().requests();
                        return login(system, server) instanceof Login.Admitted
                                && east.tally().requests() == before;
                    });
        }
    }

    private static void assertAllGetIn(Deployment system, List<NatsServer> servers) {
        for (NatsServer server : servers) {
            for (int i = 0; i < LOGINS; i++) {
                assertThat(login(system, server))
                        .as(server::log)
                        .isInstanceOf(Login.Admitted.class);
            }
        }
    }

    private static void awaitLogin(Deployment system, NatsServer server) {
        Wait.until(
                "a login at " + server.url(),
                PATIENCE,
                () -> login(system, server) instanceof Login.Admitted);
    }

    private static Login login(Deployment system, NatsServer server) {
        try (RawClient client = RawClient.connect(server)) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    PATIENCE);
        }
    }
}
