// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.callout.Tally;
import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * {@code countersign keys rotate} where instances share a grid and each has a configuration of its
 * own, on the oldest line of servers: those have no default sentinel, so that clients bring it.
 */
class GridRotationIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final List<String> INSTANCES = List.of("a", "b", "c");
    private static final int LOGINS = 10;

    // What must hold 2.
    @Test
    void keysRotate_instancesOfOneGrid_failsNoLoginAndForgetsNoRevocation() throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.V2_10).withServers(2);
        try (Deployment system = Deployment.start(plan);
                CopiedSettings files =
                        new CopiedSettings(InstanceCluster.configurations(system, 3));
                Administrator admin = Administrator.of(system)) {
            List<Instance> running = new ArrayList<>();
            INSTANCES.forEach(name -> running.add(start(system, name)));
            List<Tally.Snapshot> tallies = new ArrayList<>();
            String password = system.password("alice");
            try (LoginTraffic traffic =
                    new LoginTraffic(
                            system.servers(),
                            () -> system.connect(Map.of("user", "alice", "pass", password)))) {
                traffic.awaitLogins(LOGINS);
                admin.awaitInstances(INSTANCES.size());
                assertThat(confirmedBy(admin.revoke("principal", "users:before")))
                        .isEqualTo(INSTANCES);

                CommandChange cluster = new CommandChange(system, files.first());
                cluster.begin("cluster");
                files.await("  cluster-secret: keys/cluster-");
                restart(system, running, 0, tallies);
                // Two grids: it is told there, and comes to the other over NATS.
                admin.revoke("principal", "users:between");
                awaitRevocations(admin, 2, 2);
                restart(system, running, 1, tallies);
                restart(system, running, 2, tallies);
                cluster.assertDone();

                admin.awaitInstances(INSTANCES.size());
                awaitRevocations(admin, 2, 1);
                assertThat(confirmedBy(admin.revoke("principal", "users:after")))
                        .isEqualTo(INSTANCES);
                assertThat(admin.ask("revocations", "{}").toString())
                        .contains("users:before", "users:between", "users:after");

                CommandChange others = new CommandChange(system, files.first());
                others.begin("xkey", "signing", "issuer");
                others.assertDone();
                traffic.awaitLogins(LOGINS);

                assertThat(traffic.stop()).as(traffic::summary).isEmpty();
                Chaos.measured("grid-rotation", "%s: %s, 0 failed", plan, traffic.summary());
            }
            running.forEach(instance -> tallies.add(instance.tally()));
            assertThat(tallies).allSatisfy(it -> assertThat(it.reasons()).isEmpty());
            assertThat(running).allMatch(instance -> instance.refusedAllows() == 0);
        }
    }

    private static Instance start(Deployment system, String name) {
        return system.startInstance(name, system.folder().resolve("countersign-" + name + ".yaml"));
    }

    private static void restart(
            Deployment system, List<Instance> running, int which, List<Tally.Snapshot> tallies)
            throws Exception {
        Instance old = running.get(which);
        assertThat(old.stop(PATIENCE)).as("all answered").isTrue();
        tallies.add(old.tally());
        running.set(which, start(system, old.name()));
    }

    private static List<String> confirmedBy(JsonNode answer) {
        return Administrator.texts(answer.path("confirmed"));
    }

    /**
     * Every instance has so many; those that run with one secret have the same bytes.
     *
     * @param secrets that instances run with
     */
    private static void awaitRevocations(Administrator admin, int count, int secrets) {
        Wait.until(
                count + " revocations on each instance",
                PATIENCE,
                () -> {
                    JsonNode statuses = admin.ask("instances", "{}").path("statuses");
                    Set<String> digests = new TreeSet<>();
                    boolean all = statuses.size() == INSTANCES.size();
                    for (JsonNode status : statuses) {
                        all &= status.path("revocations").asInt() == count;
                        digests.add(status.path("revocations-digest").asText());
                    }
                    return all && digests.size() == secrets;
                });
    }
}
