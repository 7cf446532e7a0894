// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * An instance with an eighth of the memory that its units give it, and a crowd of clients: each
 * login takes a hash of its own, for which it needs 19 MiB at once.
 */
class MemoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As client libraries. */
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final int CROWD = 150;
    private static final int ATTEMPTS = 600;

    @Test
    void instanceShortOfMemory_underAStorm_refusesNobodyAndStays() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withTelemetry("").withSettings("password-cache: {entries: 0}\nthrottles: []");
            InstanceProcess instance =
                    InstanceProcess.start(
                            "a",
                            system.configuration(),
                            system.workspace(),
                            new InstanceProcess.Surroundings(
                                    List.of(
                                            "env",
                                            // This one counts more than the command line.
                                            "_JAVA_OPTIONS=-Xmx64m -XX:+ExitOnOutOfMemoryError"),
                                    List.of()));
            instance.awaitReady();
            try (Probe probe = new Probe(instance)) {
                assertThat(login(system)).isInstanceOf(Login.Admitted.class);
                AtomicInteger attempts = new AtomicInteger();
                AtomicInteger admitted = new AtomicInteger();
                List<Login> refused = storm(system, attempts, admitted);
                assertThat(refused).as("refused, though innocent").isEmpty();
                assertThat(admitted).hasPositiveValue();
                assertThat(instance.isAlive()).as(instance::log).isTrue();
                long over = System.nanoTime();
                Wait.until("logins go on", PATIENCE, () -> login(system) instanceof Login.Admitted);
                Duration took = Chaos.since(over);
                for (int i = 0; i < 10; i++) {
                    assertThat(login(system)).isInstanceOf(Login.Admitted.class);
                }
                assertThat(probe.isReady()).as(probe::readyz).isTrue();
                assertThat(instance.log()).doesNotContain("java.lang.OutOfMemoryError");
                String shed = probe.line("reason=\"overloaded\"").orElse("overloaded 0");
                Chaos.measured(
                        "memory",
                        "64 MiB of heap, %d clients at once: %d of %d attempts let in, %s shed, none"
                                + " refused; in again %,d ms after it",
                        CROWD,
                        admitted.get(),
                        ATTEMPTS,
                        shed.substring(shed.lastIndexOf(' ') + 1),
                        took.toMillis());
            }
        }
    }

    /** Those that were told no. */
    private static List<Login> storm(
            Deployment system, AtomicInteger attempts, AtomicInteger admitted) throws Exception {
        List<Login> refused = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Login>>> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(
                        threads.submit(() -> {
                            List<Login> told = new ArrayList<>();
                            while (attempts.incrementAndGet() <= ATTEMPTS) {
                                Login login = login(system);
                                if (login instanceof Login.Admitted) {
                                    admitted.incrementAndGet();
                                } else if (login instanceof Login.Refused) {
                                    told.add(login);
                                }
                            }
                            return told;
                        }));
            }
            for (Future<List<Login>> each : crowd) {
                refused.addAll(each.get());
            }
        }
        return refused;
    }

    private static Login login(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(Map.of("user", "alice", "pass", system.password("alice")), CONNECT);
        }
    }
}
