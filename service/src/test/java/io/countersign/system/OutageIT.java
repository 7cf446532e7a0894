// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens while nobody answers, and after. */
@Tag("beside")
class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Optional<Deployment> running = Optional.empty();

    @AfterEach
    void end() {
        running.ifPresent(Deployment::close);
    }

    private Deployment start(Deployment.Plan plan) {
        Deployment system = Deployment.start(plan);
        running = Optional.of(system);
        return system;
    }

    // Checklist 69.
    @ParameterizedTest
    @EnumSource(Deployment.Mode.class)
    void login_whileNobodyAnswers_timesOut_andWorksAsSoonAsSomebodyDoes(Deployment.Mode mode)
            throws Exception {
        Deployment system = start(Deployment.Plan.of(mode, NatsBinary.NEWEST));
        assertThat(alice(system, Duration.ofSeconds(20)))
                .as("nobody answers: the server waits its 3 s, then refuses")
                .isNotInstanceOf(Login.Admitted.class)
                .satisfies(l -> assertThat(l.elapsed()).isGreaterThan(Duration.ofSeconds(2)));

        Instance instance = system.startInstance("a");
        long ready = System.nanoTime();
        Wait.until(
                "a login once somebody answers",
                PATIENCE,
                () -> alice(system, PATIENCE) instanceof Login.Admitted);
        Chaos.measured(
                "outage",
                "%s: in %,d ms after an instance was ready",
                mode,
                Chaos.since(ready).toMillis());

        assertThat(instance.stop(Duration.ofSeconds(5))).as("all answered at stop").isTrue();
        assertThat(alice(system, PATIENCE)).isNotInstanceOf(Login.Admitted.class);
    }

    // What must hold 6.
    @Test
    void administrators_withEveryInstanceDown_getInThroughBreakGlass() {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST));
        try (RawClient admin = RawClient.connect(system.server())) {
            Map<String, String> fields =
                    Map.of("user", "break-glass", "pass", system.password("break-glass"));
            assertThat(admin.login(fields)).isInstanceOf(Login.Admitted.class);
        }
    }

    // What must hold 6.
    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void systemAccount_withEveryInstanceDown_isReached(NatsBinary binary) throws Exception {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.OPERATOR, binary));
        String creds = system.folder().resolve("creds").resolve("system.creds").toString();
        Options options =
                new Options.Builder()
                        .server(system.server().url())
                        .authHandler(Nats.credentials(creds))
                        .build();
        Connection admin = Nats.connect(options);
        try {
            Message answer =
                    admin.request("$SYS.REQ.SERVER.PING", new byte[0], Duration.ofSeconds(10));
            assertThat(new String(answer.getData(), StandardCharsets.UTF_8)).contains("server");
        } finally {
            admin.close();
        }
    }

    // Checklist 74.
    @ParameterizedTest
    @EnumSource
    void serviceUser_withEveryInstanceDown_getsInAndStays(Deployment.Mode mode) throws Exception {
        Deployment system = start(Deployment.Plan.of(mode, NatsBinary.NEWEST));
        DeploymentKeys keys = new DeploymentKeys(system.folder(), mode);
        for (String user : List.of("callout", "operations", "system")) {
            Connection connection = keys.connect(system.server(), user);
            try {
                system.server().restart();
                Wait.until(
                        user + " is back",
                        PATIENCE,
                        () -> connection.getStatus() == Connection.Status.CONNECTED);
                connection.flush(PATIENCE);
            } finally {
                connection.close();
            }
        }
    }

    // Checklist 75.
    @ParameterizedTest
    @EnumSource(Deployment.Mode.class)
    void serverRestart_withNewIdAndKey_isServedWithoutARestartOfOurs(Deployment.Mode mode) {
        Deployment system = start(Deployment.Plan.of(mode, NatsBinary.NEWEST));
        system.startInstance("a");
        system.server().restart();
        long back = System.nanoTime();
        Wait.until(
                "a login after the restart",
                PATIENCE,
                () -> alice(system, PATIENCE) instanceof Login.Admitted);
        Chaos.measured(
                "restart",
                "%s: in %,d ms after the server was back",
                mode,
                Chaos.since(back).toMillis());
    }

    private static Login alice(Deployment system, Duration limit) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    limit);
        }
    }
}
