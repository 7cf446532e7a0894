// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Tally;
import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Issuer and xkey change while the system runs, step by step as ops/docs/rotation.md says: the
 * instances learn the new keys, the servers change one by one, the instances forget the old keys.
 *
 * <p>What "no login fails" means here. Clients log in without a pause, as client libraries do
 * ({@link LoginTraffic}). None of them is ever refused, at any server, at any moment. At a server
 * that is not being restarted every single attempt succeeds, the first time. At the one server that
 * is being restarted (from the lame duck signal until it is in the cluster again and has a link of
 * each instance) a client may find a closed door, or no answer within its two seconds, and then
 * gets in elsewhere. No instance drops a request or answers one with no.
 */
class RotationIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int SERVERS = 3;
    private static final List<String> INSTANCES = List.of("a", "b", "c");
    private static final int LOGINS = 10;

    /** By hand, and with instances that restart. What must hold 4; checklist 22. */
    @ParameterizedTest
    @CsvSource({"OPERATOR, NEWEST", "STATIC, V2_10"})
    void issuerAndXkey_changedWhileClientsLogIn_failNoLogin(Deployment.Mode mode, NatsBinary binary)
            throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(mode, binary).withServers(SERVERS);
        try (Deployment system = Deployment.start(plan)) {
            KeyChange change = KeyChange.of(mode, system);
            List<Instance> running = new ArrayList<>();
            INSTANCES.forEach(name -> running.add(system.startInstance(name)));
            String password = system.password("alice");
            List<Tally.Snapshot> tallies = new ArrayList<>();
            try (LoginTraffic traffic =
                    new LoginTraffic(
                            system.servers(),
                            () -> system.connect(Map.of("user", "alice", "pass", password)))) {
                traffic.awaitLogins(LOGINS);

                change.addNewKeys();
                restart(system, running, tallies, traffic);
                change.switchAccount();
                traffic.awaitLogins(LOGINS);
                for (NatsServer server : system.servers()) {
                    change.switchServer(server);
                    roll(server, traffic);
                    traffic.awaitLogins(LOGINS);
                }
                change.removeOldKeys();
                restart(system, running, tallies, traffic);
                change.forgetInAccount();
                traffic.awaitLogins(LOGINS);

                assertThat(traffic.stop()).as(traffic::summary).isEmpty();
                Chaos.measured("rolling", "%s: %s, 0 failed", plan, traffic.summary());
            }
            assertSpotless(running, tallies);
            assertThat(system.servers()).allSatisfy(change::assertNewKeysInUse);
        }
    }

    /**
     * The command does all but restarting servers; instances take the keys over without a restart.
     */
    @ParameterizedTest
    @EnumSource(Deployment.Mode.class)
    void keysRotate_whileClientsLogIn_failsNoLogin(Deployment.Mode mode) throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(mode, NatsBinary.NEWEST).withServers(SERVERS);
        try (Deployment system = Deployment.start(plan)) {
            List<Instance> running = new ArrayList<>();
            INSTANCES.forEach(name -> running.add(system.startInstance(name)));
            List<Tally.Snapshot> tallies = new ArrayList<>();
            String password = system.password("alice");
            try (LoginTraffic traffic =
                    new LoginTraffic(
                            system.servers(),
                            () -> system.connect(Map.of("user", "alice", "pass", password)))) {
                traffic.awaitLogins(LOGINS);
                CommandChange change = new CommandChange(system);

                switch (mode) {
                    case STATIC -> {
                        try (Administrator admin = Administrator.of(system)) {
                            admin.revoke("principal", "users:ghost");
                        }
                        change.begin("admin", "cluster");
                        change.awaitExchanged();
                        restart(system, running, tallies, traffic);
                        change.assertDone();
                        try (Administrator admin = Administrator.of(system)) {
                            assertThat(admin.ask("revocations", "{}").toString())
                                    .contains("users:ghost");
                        }
                        change.begin("xkey", "issuer");
                        for (NatsServer server : system.servers()) {
                            change.awaitNewKeys(server);
                            roll(server, traffic);
                            traffic.awaitLogins(LOGINS);
                        }
                    }
                    case OPERATOR -> {
                        change.begin("xkey", "signing");
                        change.assertDone();
                        change.begin("issuer");
                        for (NatsServer server : system.servers()) {
                            change.awaitNewKeys(server);
                            roll(server, traffic);
                            traffic.awaitLogins(LOGINS);
                        }
                    }
                }
                change.assertDone();
                traffic.awaitLogins(LOGINS);

                assertThat(traffic.stop()).as(traffic::summary).isEmpty();
            }
            assertSpotless(running, tallies);
        }
    }

    private static void assertSpotless(List<Instance> running, List<Tally.Snapshot> earlier) {
        List<Tally.Snapshot> tallies = new ArrayList<>(earlier);
        running.forEach(instance -> tallies.add(instance.tally()));
        assertThat(tallies)
                .allSatisfy(it -> {
                    assertThat(it.allowed()).isPositive();
                    assertThat(it.reasons()).isEmpty();
                });
        assertThat(running).allMatch(instance -> instance.refusedAllows() == 0);
    }

    /** One instance after the other: it leaves the queue group, finishes, ends, and comes back. */
    private static void restart(
            Deployment system,
            List<Instance> running,
            List<Tally.Snapshot> tallies,
            LoginTraffic traffic)
            throws Exception {
        for (int i = 0; i < running.size(); i++) {
            Instance old = running.get(i);
            assertThat(old.stop(PATIENCE)).as("all answered").isTrue();
            tallies.add(old.tally());
            running.set(i, system.startInstance(old.name()));
            traffic.awaitLogins(LOGINS);
        }
    }

    /** As an operator would: lame duck mode first; when our links have left, it may end. */
    private static void roll(NatsServer server, LoginTraffic traffic) {
        traffic.rolling(
                server,
                () -> {
                    server.lameDuck();
                    Wait.until("links left", PATIENCE, () -> links(server) == 0);
                    server.interrupt();
                    server.restart();
                    Wait.until(
                            "routes",
                            PATIENCE,
                            () ->
                                    server.monitor("/routez").path("num_routes").asInt()
                                            >= SERVERS - 1);
                    Wait.until("links", PATIENCE, () -> links(server) == INSTANCES.size());
                });
    }

    private static int links(NatsServer server) {
        int count = 0;
        for (var connection : server.monitor("/connz").path("connections")) {
            count += connection.path("name").asText().contains(" callout ") ? 1 : 0;
        }
        return count;
    }
}
