// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.TcpRelay;
import io.countersign.kit.Wait;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A slow network between an instance and its server, and one that holds everything back. */
class DelayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** In each direction: halfway around the world, and some. */
    private static final Duration DELAY = Duration.ofMillis(150);

    /** Longer than the budget of a request, and than clients wait. */
    private static final Duration HELD_BACK = Duration.ofMillis(2200);

    private static final int LOGINS = 12;

    @Test
    void networkOfAnInstance_slowOrAway_losesNoLoginThatCanStillBeAnswered() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan);
                TcpRelay relay = TcpRelay.to(system.server())) {
            String settings = Files.readString(system.configuration());
            String direct = system.server().url();
            assertThat(settings).contains(direct);
            Files.writeString(
                    system.configuration(),
                    settings.replace(direct, "nats://" + relay.host() + ":" + relay.port()));
            Instance instance = system.startInstance("a");
            assertThat(relay.connections()).as("all of its connections").isGreaterThan(2);
            login(system); // and the password's hash, which is remembered
            List<Long> quick = times(system);
            relay.delay(DELAY);
            List<Long> slow = times(system);
            assertThat(middle(slow)).isGreaterThanOrEqualTo(2 * DELAY.toMillis());
            assertThat(instance.tally().reasons()).as("nothing was too late").isEmpty();
            relay.delay(Duration.ZERO);

            long answered = instance.tally().requests();
            try (RawClient client = RawClient.connect(system.server())) {
                relay.blackHole();
                client.sendConnect(alice(system));
                long sent = System.nanoTime();
                Wait.until(
                        "held back for too long",
                        PATIENCE,
                        () -> Chaos.since(sent).compareTo(HELD_BACK) > 0);
                relay.heal();
                Wait.until(
                        "the question came at last",
                        PATIENCE,
                        () -> instance.tally().requests() > answered);
            }
            Wait.until("logins go on", PATIENCE, () -> login(system) instanceof Login.Admitted);
            List<Long> after = times(system);
            Chaos.measured(
                    "delay",
                    "logins, ms (middle, slowest of %d): %s, with %d ms more in each direction %s,"
                            + " after %,d ms without a network %s",
                    LOGINS,
                    told(quick),
                    DELAY.toMillis(),
                    told(slow),
                    HELD_BACK.toMillis(),
                    told(after));
        }
    }

    private static Map<String, Object> alice(Deployment system) {
        return system.connect(Map.of("user", "alice", "pass", system.password("alice")));
    }

    private static Login login(Deployment system) {
        NatsServer server = system.server();
        try (RawClient client = RawClient.connect(server)) {
            return client.login(alice(system), PATIENCE);
        }
    }

    private static List<Long> times(Deployment system) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            Login login = login(system);
            assertThat(login).as(system.server()::log).isInstanceOf(Login.Admitted.class);
            times.add(login.elapsed().toMillis());
        }
        return times.stream().sorted().toList();
    }

    private static long middle(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static String told(List<Long> sorted) {
        return middle(sorted) + ", " + sorted.getLast();
    }
}
