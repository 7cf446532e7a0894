// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("beside")
class NatsClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void start_threeServersWithJetStream_haveRoutesAndALeader(NatsBinary binary) {
        try (NatsCluster cluster =
                NatsCluster.start(binary, 3, _ -> "jetstream { store_dir: \"${dir}/js\" }")) {
            assertThat(cluster.servers())
                    .allSatisfy(server ->
                            assertThat(
                                            server.monitor("/jsz")
                                                    .path("meta_cluster")
                                                    .path("leader")
                                                    .asText())
                                    .startsWith("n"));

            cluster.server(2).kill();
            cluster.awaitFormed();
            cluster.server(2).restart();
            cluster.awaitFormed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void start_ownClusterBlock_isTakenAndMessagesCross(NatsBinary binary) {
        String own =
                """
                server_name: "east-${name}"
                cluster { name: east, listen: "127.0.0.1:${port:cluster}", routes: [${routes}] }
                """;
        try (NatsCluster cluster = NatsCluster.start(binary, 2, _ -> own);
                RawClient one = RawClient.connect(cluster.server(0));
                RawClient two = RawClient.connect(cluster.server(1))) {
            assertThat(one.info().path("server_name").asText()).isEqualTo("east-n1");
            one.login(Map.of());
            two.login(Map.of());
            two.subscribe("across");
            two.fence();
            Wait.until(
                    "interest crosses the route",
                    LIMIT,
                    () -> {
                        one.publish("across", new byte[] {1});
                        return two.awaitMessage(Duration.ofMillis(50)).isPresent();
                    });
        }
    }
}
