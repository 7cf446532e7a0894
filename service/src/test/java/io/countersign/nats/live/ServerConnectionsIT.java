// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsCluster;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three servers with more connections than a page has, one of them silent at last. */
class ServerConnectionsIT {
    private static final int CLIENTS = 21;
    private static final int PAGE = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CONFIGURATION =
            """
            system_account: SYS
            accounts {
              SYS { users: [ { user: sys, password: sys } ] }
              APP { users: [ { user: ann, password: ann } ] }
              OTHER { users: [ { user: bob, password: bob } ] }
            }
            """;

    // Checklist 80.
    @SuppressWarnings("try") // nobody interrupts a test while jnats closes
    @Test
    void find_severalServersAndPages_isEveryConnectionAndSaysWhoIsSilent() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (NatsCluster cluster = NatsCluster.start(NatsBinary.NEWEST, 3, _ -> CONFIGURATION);
                Connection system =
                        Nats.connect(
                                cluster.server(0).url().replace("nats://", "nats://sys:sys@"))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(login(cluster.server(i % 3), "ann"));
            }
            clients.add(login(cluster.server(1), "bob"));

            ServerConnections.Listing all =
                    new ServerConnections(system, PAGE).find(Map.of("acc", "APP"), PATIENCE);
            assertThat(all.servers()).isEqualTo(3);
            assertThat(all.silent()).isZero();
            assertThat(all.found())
                    .extracting(f -> f.server() + " " + f.cid())
                    .doesNotHaveDuplicates()
                    .hasSize(CLIENTS);
            assertThat(all.found()).allMatch(f -> f.user().equals("ann"));
            // These users are the servers' own: no callout let them in.
            assertThat(all.found()).noneMatch(ServerConnections.Found::isCallouts);

            cluster.server(2).sigstop();
            ServerConnections.Listing rest =
                    new ServerConnections(system, PAGE)
                            .find(Map.of("acc", "APP"), Duration.ofSeconds(3));
            cluster.server(2).sigcont();
            assertThat(rest.silent()).isEqualTo(1);
            assertThat(rest.found()).hasSize(CLIENTS - CLIENTS / 3);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static RawClient login(NatsServer server, String user) {
        RawClient client = RawClient.connect(server);
        assertThat(client.login(Map.of("user", user, "pass", user)))
                .isInstanceOf(Login.Admitted.class);
        return client;
    }
}
