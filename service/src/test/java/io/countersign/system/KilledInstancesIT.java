// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.kit.Administrator;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Kill -9 of one of three instances, of two and of all. What an instance has confirmed is in force
 * from its first answer on; what was revoked while it was dead, and all of it if its disk is empty,
 * as soon as it has met the others.
 */
class KilledInstancesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LOGINS = 12;

    private Deployment system;
    private Administrator admin;
    private int revoked;

    /** Users whose revocation all three have confirmed. */
    private final List<Integer> confirmed = new ArrayList<>();

    @BeforeEach
    void start() {
        system = Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST));
        system.withUsers(users());
        admin = Administrator.of(system);
    }

    @AfterEach
    void close() {
        admin.close();
        system.close();
    }

    // Must hold 3.
    @Test
    void kill9_ofOneOfTwoAndOfAll_losesNoRevocation() throws Exception {
        List<InstanceProcess> instances =
                InstanceCluster.start(system, InstanceCluster.configurations(system, 3));
        InstanceProcess a = instances.get(0);
        InstanceProcess b = instances.get(1);
        InstanceProcess c = instances.get(2);
        admin.awaitInstances(3);
        assertThat(revokeNext(20_000)).containsExactlyInAnyOrder("a", "b", "c");

        // At once, so that it has nothing but what was on its disk at that moment.
        a.kill();
        assertThat(revokeNext(500)).isSubsetOf("b", "c");
        restarted(a);

        assertThat(revokeNext(20_000)).contains("a");
        b.kill();
        c.kill();
        assertThat(revokeNext(500)).containsExactly("a");
        restarted(b, c);

        assertThat(revokeNext(20_000)).hasSize(3);
        a.kill();
        b.kill();
        c.kill();
        wipe(c);
        confirmed.clear(); // not by the empty disk
        restarted(a, b, c);
        Chaos.measured("kill-all", "%d revocations, 6 kills, none lost", revoked);
    }

    /** Who confirmed it. */
    private List<String> revokeNext(int wait) {
        JsonNode answer =
                Wait.forValue(
                        "an instance that revokes",
                        PATIENCE,
                        () -> {
                            JsonNode said =
                                    admin.ask(
                                            "revoke",
                                            "{\"kind\":\"principal\",\"value\":\"users:u%d\",\"wait\":%d}"
                                                    .formatted(revoked, wait));
                            return said.has("confirmed") ? Optional.of(said) : Optional.empty();
                        });
        List<String> by = Administrator.texts(answer.path("confirmed"));
        if (by.size() == 3) {
            confirmed.add(revoked);
        }
        revoked++;
        return by;
    }

    private void restarted(InstanceProcess... dead) {
        for (InstanceProcess each : dead) {
            each.restart();
        }
        for (InstanceProcess each : dead) {
            each.awaitReady();
        }
        confirmed.forEach(this::assertRefused);
        Wait.until("all three have the same revocations", PATIENCE, this::haveAll);
        for (int user = 0; user < revoked; user++) {
            assertRefused(user);
        }
        Wait.until(
                "somebody else gets in", PATIENCE, () -> login(revoked) instanceof Login.Admitted);
    }

    /** So often that each instance is asked. */
    private void assertRefused(int user) {
        for (int i = 0; i < LOGINS; i++) {
            assertThat(login(user)).as("u" + user).isNotInstanceOf(Login.Admitted.class);
        }
    }

    private boolean haveAll() {
        JsonNode all = admin.ask("instances", "{}").path("statuses");
        return all.size() == 3
                && all.findValues("revocations").stream().allMatch(n -> n.asInt() == revoked)
                && Set.copyOf(all.findValuesAsText("revocations-digest")).size() == 1;
    }

    private Login login(int user) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "u" + user, "pass", "secret")), PATIENCE);
        }
    }

    private void wipe(InstanceProcess instance) throws Exception {
        Path folder = system.folder().resolve("audit").resolve(instance.name());
        for (String file : List.of("revocations.db", "revocations.db-wal", "revocations.db-shm")) {
            Files.deleteIfExists(folder.resolve(file));
        }
        assertThat(folder.resolve("revocations.db")).doesNotExist();
    }

    private static String users() {
        String hash = CheapHash.of("secret").encoded();
        StringBuilder users = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            users.append("  - { name: u%d, password: \"%s\", groups: [app] }%n".formatted(i, hash));
        }
        return users.toString();
    }
}
