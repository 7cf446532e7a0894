// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Real servers, three instances as processes, and the commands that an administrator types. */
class RevocationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What a command wrote and how it ended. */
    private record Said(int code, String text) {}

    @Test
    void revokeThenUnrevoke_threeInstances_holdsOnAll() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            List<Path> files = InstanceCluster.configurations(system, 3);
            InstanceCluster.start(system, files);
            try (Administrator admin = Administrator.of(system)) {
                admin.awaitInstances(3); // ready is each by itself
            }
            admitted(system);

            Said revoked = run(system, "revoke", "principal", "users:alice", "--wait", "20");
            assertThat(revoked.text()).contains("enforced on 3 of 3");
            assertThat(revoked.code()).isZero();
            for (int i = 0; i < 30; i++) {
                assertThat(login(system)).isInstanceOf(Login.Refused.class);
            }
            assertThat(run(system, "revocations").text()).contains("principal users:alice");

            String id = revoked.text().lines().findFirst().orElseThrow();
            Said lifted = run(system, "unrevoke", id, "--wait", "20");
            assertThat(lifted).isEqualTo(new Said(0, id + "\nenforced on 3 of 3\n"));
            admitted(system);
        }
    }

    private static Login login(Deployment system) throws Exception {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    PATIENCE);
        }
    }

    private static void admitted(Deployment system) {
        Wait.until(
                "alice gets in",
                PATIENCE,
                () -> {
                    try {
                        return login(system) instanceof Login.Admitted;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static Said run(Deployment system, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", system.configuration().toString()));
        Process process =
                new ProcessBuilder(InstanceProcess.command(all.toArray(String[]::new)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
