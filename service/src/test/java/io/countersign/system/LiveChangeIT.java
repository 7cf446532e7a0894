// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Users and policy change while an instance answers a real server. */
@Tag("beside")
class LiveChangeIT {
    private static final String TOKEN = "a-token-that-nobody-guesses";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void userAddedToTheFile_getsIn_andABrokenPolicyChangesNothing() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            assertThat(sensor(system)).isInstanceOf(Login.Refused.class);
            String before = instance.revision();

            addSensor(system);
            Wait.until("reload", PATIENCE, () -> instance.reloads().reloads() == 1);

            assertThat(instance.revision()).isNotEqualTo(before);
            assertThat(sensor(system)).isInstanceOf(Login.Admitted.class);
            String good = instance.revision();

            system.withPolicy("version: 1\nrules: 7\n");
            Wait.until("refusal", PATIENCE, () -> instance.reloads().refused().isPresent());

            assertThat(instance.revision()).isEqualTo(good);
            assertThat(sensor(system)).isInstanceOf(Login.Admitted.class);
            assertThat(instance.reloads().refused().orElseThrow().problems().getFirst())
                    .startsWith("policy.yaml:2:");
            try (Administrator admin = Administrator.of(system)) {
                assertThat(
                                admin.ask("instances", "{}")
                                        .at("/statuses/0/refused-files/problems/0")
                                        .asText())
                        .startsWith("policy.yaml:2:");
            }
        }
    }

    @Test
    void hangup_ofAProcess_readsAllFilesAnewAndEndsNothing() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            InstanceProcess process = system.startProcess("a");
            process.awaitReady();
            process.sighup();
            logged(process, "reload by SIGHUP: nothing new, revision [0-9a-f]+ stays");

            addSensor(system);
            logged(process, "reload by file change: revision [0-9a-f]+ is in force");
            assertThat(sensor(system)).isInstanceOf(Login.Admitted.class);

            system.withPolicy("version: 1\nrules: 7\n");
            process.sighup();
            logged(process, "policy.yaml:2: rules");
            logged(process, "refused, 1 problem; revision [0-9a-f]+ stays in force");
            assertThat(process.isAlive()).isTrue();
            assertThat(sensor(system)).isInstanceOf(Login.Admitted.class);
        }
    }

    private static void logged(InstanceProcess process, String expression) {
        Wait.until(
                expression + " in the log of " + process.name(),
                PATIENCE,
                () -> process.logged(expression).isPresent());
    }

    private static Login sensor(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(Map.of("auth_token", TOKEN)));
        }
    }

    /** A second user beside alice, in her groups, so that the policy of setup lets it in. */
    private static void addSensor(Deployment system) throws Exception {
        Path file = system.folder().resolve("users.yaml");
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
        String groups =
                Files.readString(file)
                        .lines()
                        .filter(line -> line.strip().startsWith("groups:"))
                        .findFirst()
                        .orElseThrow()
                        .strip();
        system.withUsers(
                """
                  - name: sensor
                    tokens: [{id: first, hash: "sha256:%s"}]
                    %s
                """
                        .formatted(HexFormat.of().formatHex(hash), groups));
    }
}
