// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Three servers, three instances as processes of their own, one queue group. */
class ClusterIT {
    private static final int CLIENTS = 90;

    /** Logins under way at any moment: what a dying instance can take with it. */
    private static final int AT_ONCE = 6;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    // Checklist 70 and what must hold 3.
    @Test
    void instanceKilledUnderLoad_losesAtMostWhatItHadInFlight_andAllGetInOnRetry()
            throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        try (Deployment system = Deployment.start(plan);
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<InstanceProcess> instances =
                    List.of(
                            system.startProcess("a"),
                            system.startProcess("b"),
                            system.startProcess("c"));
            instances.forEach(InstanceProcess::awaitReady);

            // Fresh processes are slow for their first answers; that is not what this is about.
            for (int i = 0; i < 3 * AT_ONCE; i++) {
                untilAdmitted(system, system.servers().get(i % 3), new AtomicInteger()).call();
            }
            AtomicInteger done = new AtomicInteger();
            List<Future<Integer>> tries = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                NatsServer server = system.servers().get(i % 3);
                tries.add(clients.submit(untilAdmitted(system, server, done)));
            }
            // Not in a loop without a pause: it would take a core from those it waits for.
            Wait.until("a third is in", PATIENCE, () -> done.get() >= CLIENTS / 3);
            instances.get(1).kill();

            int retried = 0;
            for (Future<Integer> each : tries) {
                retried += each.get() > 1 ? 1 : 0;
            }
            assertThat(retried)
                    .as("clients that had to try again: at most those under way at the kill")
                    .isLessThanOrEqualTo(AT_ONCE);
        }
    }

    private static Callable<Integer> untilAdmitted(
            Deployment system, NatsServer server, AtomicInteger done) {
        return () -> {
            Map<String, Object> fields =
                    system.connect(Map.of("user", "alice", "pass", system.password("alice")));
            for (int attempt = 1; attempt <= 10; attempt++) {
                try (RawClient client = RawClient.connect(server)) {
                    if (client.login(fields, PATIENCE) instanceof Login.Admitted) {
                        done.incrementAndGet();
                        return attempt;
                    }
                }
            }
            throw new AssertionError("not in after 10 tries");
        };
    }
}
