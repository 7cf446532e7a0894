// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsCluster;
import io.countersign.kit.NatsJwts;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import io.countersign.protocol.Deadline;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is a server of ours, by a real cluster's word. */
class ServerRosterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CONFIGURATION =
            """
            system_account: SYS
            accounts { SYS { users: [ { user: sys, password: sys } ] } }
            """;

    @SuppressWarnings("try") // nobody interrupts a test while jnats closes
    @Test
    void meet_everyServerIsKnown_beforeItAsksAnything_andNobodyElse() throws Exception {
        try (NatsCluster cluster = NatsCluster.start(NatsBinary.NEWEST, 2, _ -> CONFIGURATION);
                Connection system =
                        Nats.connect(
                                cluster.server(0).url().replace("nats://", "nats://sys:sys@"))) {
            // It has no connection to ask by, so that whom it knows it was told at the meeting.
            ServerRoster roster = new ServerRoster(Optional::empty);
            roster.meet(system);

            for (int i = 0; i < 2; i++) {
                NKey server = id(cluster.server(i));
                Wait.until(
                        "server " + i + " is known",
                        PATIENCE,
                        () -> roster.isKnown(server, Deadline.after(Duration.ZERO)));
            }
            assertThat(
                            roster.isKnown(
                                    NatsJwts.signer(NKeyType.SERVER).key(),
                                    Deadline.after(Duration.ZERO)))
                    .isFalse();
        }
    }

    private static NKey id(NatsServer server) throws Exception {
        return NKey.parse(server.monitor("/varz").path("server_id").asText(), NKeyType.SERVER);
    }
}
