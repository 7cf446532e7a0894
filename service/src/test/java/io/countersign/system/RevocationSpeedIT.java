// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.kit.Administrator;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Three instances, three servers: how long a revocation takes, and that it then holds everywhere.
 * {@code ops/soak revoke} makes it long.
 */
class RevocationSpeedIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Logins tried after each revocation. */
    private static final int TRIES = 30;

    // Must hold 1.
    @Test
    void revoke_againAndAgain_isQuickAndNobodyGetsInAfterIt() throws Exception {
        int attempts = Soak.size(300);
        int users = Math.max(1, attempts / TRIES);
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        try (Deployment system = Deployment.start(plan);
                Soak soak = Soak.of("revocations")) {
            system.withUsers(users(users + 1));
            InstanceCluster.start(system, InstanceCluster.configurations(system, 3));
            List<Long> took = new ArrayList<>();
            List<Long> gone = new ArrayList<>();
            int admitted = 0;
            try (Administrator admin = Administrator.of(system)) {
                admin.awaitInstances(3);
                revokeOne(system, admin, "u0", new ArrayList<>(), new ArrayList<>());
                for (int i = 1; i <= users; i++) {
                    revokeOne(system, admin, "u" + i, took, gone);
                    for (int j = 0; j < TRIES; j++) {
                        try (RawClient client = RawClient.connect(system.servers().get(j % 3))) {
                            Login login = client.login(fields(system, "u" + i), PATIENCE);
                            admitted += login instanceof Login.Admitted ? 1 : 0;
                        }
                    }
                    soak.sample(i);
                }
            }
            String figures =
                    "%d revocations over 3 instances: p50 %d ms, p99 %d ms; sessions gone %d ms at most after that; %d of %d attempts got in"
                            .formatted(
                                    users,
                                    percentile(took, 50),
                                    percentile(took, 99),
                                    percentile(gone, 100),
                                    admitted,
                                    users * TRIES);
            System.out.println(figures);
            soak.note(figures);
            assertThat(admitted).isZero();
            if (Soak.isAsked()) {
                assertThat(percentile(took, 99)).isLessThanOrEqualTo(1000);
                assertThat(percentile(gone, 100)).isLessThanOrEqualTo(2000);
            }
        }
    }

    private static void revokeOne(
            Deployment system, Administrator admin, String user, List<Long> took, List<Long> gone) {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (var server : system.servers()) {
                RawClient client = RawClient.connect(server);
                clients.add(client);
                assertThat(client.login(fields(system, user), PATIENCE))
                        .isInstanceOf(Login.Admitted.class);
            }
            long began = System.nanoTime();
            JsonNode revoked = admin.revoke("principal", "users:" + user);
            took.add(millisSince(began));
            long done = System.nanoTime();
            assertThat(revoked.path("confirmed")).as(revoked::toPrettyString).hasSize(3);
            assertThat(revoked.path("sessions").path("ended").asInt())
                    .as(revoked::toPrettyString)
                    .isEqualTo(3);
            for (RawClient client : clients) {
                assertThat(client.awaitClosed(PATIENCE)).isTrue();
            }
            gone.add(millisSince(done));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static long percentile(List<Long> values, int percent) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
    }

    private static Map<String, Object> fields(Deployment system, String user) {
        return system.connect(Map.of("user", user, "pass", "secret"));
    }

    private static String users(int count) {
        String hash = CheapHash.of("secret").encoded();
        StringBuilder users = new StringBuilder();
        for (int i = 0; i < count; i++) {
            users.append("  - { name: u%d, password: \"%s\", groups: [app] }%n".formatted(i, hash));
        }
        return users.toString();
    }
}
