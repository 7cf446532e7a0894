// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service as a good citizen of NATS: visible, modest, and polite when it leaves. */
class ServiceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CLIENTS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    // Checklist 72.
    @Test
    void discovery_fromTheOperationsAccount_isAnsweredWithTrueCounts() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            assertThat(alice(system, system.password("alice"))).isInstanceOf(Login.Admitted.class);
            assertThat(alice(system, system.password("alice"))).isInstanceOf(Login.Admitted.class);
            assertThat(alice(system, "wrong")).isInstanceOf(Login.Refused.class);
            // An answer is counted after it is sent.
            Wait.until("three counted", PATIENCE, () -> instance.tally().requests() == 3);

            Connection admin = operations(system);
            try {
                assertThat(ask(admin, "PING").path("name").asText()).isEqualTo("countersign");
                JsonNode endpoint = ask(admin, "INFO").path("endpoints").path(0);
                assertThat(endpoint.path("subject").asText()).isEqualTo("$SYS.REQ.USER.AUTH");
                assertThat(endpoint.path("queue_group").asText()).isEqualTo("countersign");
                JsonNode stats = ask(admin, "STATS").path("endpoints").path(0);
                assertThat(stats.path("num_requests").asLong()).isEqualTo(3);
                assertThat(stats.path("num_errors").asLong()).isZero();
                assertThat(stats.at("/data/allowed").asLong()).isEqualTo(2);
                assertThat(stats.at("/data/refused").asLong()).isEqualTo(1);
            } finally {
                admin.close();
            }
        }
    }

    /** The operations connection is no part of being ready; until it is there, nobody answers. */
    private static JsonNode ask(Connection admin, String verb) throws Exception {
        Message answer =
                Wait.forValue("an answer to " + verb, PATIENCE, () -> request(admin, verb));
        return JSON.readTree(answer.getData());
    }

    private static Optional<Message> request(Connection admin, String verb) {
        try {
            return Optional.ofNullable(
                    admin.request("$SRV." + verb + ".countersign", new byte[0], PATIENCE));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection operations(Deployment system) throws Exception {
        String creds = system.folder().resolve("creds").resolve("operations.creds").toString();
        return Nats.connect(
                new Options.Builder()
                        .server(system.server().url())
                        .authHandler(Nats.credentials(creds))
                        .build());
    }

    // Checklist 73.
    @ParameterizedTest
    @EnumSource(Deployment.Mode.class)
    void permissionsOfSetup_forStartLoginAndStop_suffice(Deployment.Mode mode) throws Exception {
        try (Deployment system = Deployment.start(Deployment.Plan.of(mode, NatsBinary.NEWEST))) {
            Instance a = system.startInstance("a");
            Instance b = system.startInstance("b");
            assertThat(alice(system, system.password("alice"))).isInstanceOf(Login.Admitted.class);
            assertThat(alice(system, "wrong")).isInstanceOf(Login.Refused.class);
            assertThat(a.stop(PATIENCE)).isTrue();
            assertThat(b.stop(PATIENCE)).isTrue();

            assertThat(system.server().log()).doesNotContainIgnoringCase("Permissions Violation");
        }
    }

    // Checklist 71.
    @Test
    void stop_underLoad_losesNoLogin() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Instance leaving = system.startInstance("a");
            Instance staying = system.startInstance("b");
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger done = new AtomicInteger();
            List<Future<List<Login>>> failures = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                failures.add(threads.submit(logins(system, over, done)));
            }
            Wait.until(
                    "load on both",
                    PATIENCE,
                    () ->
                            leaving.tally().allowed() > CLIENTS
                                    && staying.tally().allowed() > CLIENTS);

            assertThat(leaving.stop(PATIENCE)).as("all answered").isTrue();

            int before = done.get();
            Wait.until("as many again", PATIENCE, () -> done.get() > before + 2 * CLIENTS);
            over.set(true);
            for (Future<List<Login>> each : failures) {
                assertThat(each.get()).as(() -> system.server().log()).isEmpty();
            }
            assertThat(leaving.tally().dropped()).isZero();
        }
    }

    private static Callable<List<Login>> logins(
            Deployment system, AtomicBoolean over, AtomicInteger done) {
        return () -> {
            List<Login> failures = new ArrayList<>();
            while (!over.get()) {
                Login login = alice(system, system.password("alice"));
                if (!(login instanceof Login.Admitted)) {
                    failures.add(login);
                }
                done.incrementAndGet();
            }
            return failures;
        };
    }

    private static Login alice(Deployment system, String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(Map.of("user", "alice", "pass", password)));
        }
    }
}
