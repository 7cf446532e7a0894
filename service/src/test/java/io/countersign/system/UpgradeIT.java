// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.nats.AdminClient;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Instances of two builds, and of two clusters, beside each other: as an upgrade has them. */
class UpgradeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static Deployment prepared() {
        return Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST));
    }

    @Test
    void twoBuilds_inOneCluster_loseAndMakeUpNothing() throws Exception {
        try (Deployment system = prepared()) {
            Path newer = system.workspace().dir().resolve("newer");
            NewerBuild.compile(newer);
            List<Integer> ports = FreePorts.several(2);
            InstanceProcess a = start(system, "older", ports, 0, List.of());
            InstanceProcess b =
                    start(system, "newer", ports, 1, List.of(NewerBuild.classes(newer)));
            a.awaitReady();
            b.awaitReady();

            // With one more field than the older one knows, or without: both enforce it.
            Wait.until("both confirm", PATIENCE, () -> confirmed(system, "principal", "u:x") == 2);
            // Of a kind that the older one does not know: it says so, or does not confirm it.
            Wait.until(
                    "the newer one makes it",
                    PATIENCE,
                    () -> confirmed(system, "tenant", "t") == 1);
            Wait.until(
                    "it is with the older one",
                    PATIENCE,
                    () ->
                            a.logged("of a newer build: kept and passed on, but NOT in force")
                                    .isPresent());

            b.kill();
            Path disk = audit(system).resolve("newer").resolve("revocations.db");
            for (String end : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(disk.resolveSibling(disk.getFileName() + end));
            }
            b.restart();
            b.awaitReady();
            Wait.until(
                    "the newer one has it again, from the older one",
                    PATIENCE,
                    () -> act(system, "revocations", Map.of()).toString().contains("\"tenant\""));
        }
    }

    @Test
    void twoClusters_withOneSecret_areBridgedOverNatsAndByFile() throws Exception {
        try (Deployment system = prepared()) {
            // Neither is in a cluster, as good as in two.
            InstanceProcess a = system.startProcess("a");
            InstanceProcess b = system.startProcess("b");
            a.awaitReady();
            b.awaitReady();
            Wait.until("alice gets in", PATIENCE, () -> login(system) instanceof Login.Admitted);

            JsonNode revoked =
                    act(
                            system,
                            "revoke",
                            Map.of("kind", "principal", "value", "users:alice", "reason", "gone"));
            assertThat(revoked.path("id").asText()).isNotEmpty();
            Wait.until("both have it", PATIENCE, () -> record(system, "a") && record(system, "b"));
            assertThat(login(system)).isInstanceOf(Login.Refused.class);

            b.kill();
            for (String end : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(audit(system).resolve("b").resolve("revocations.db" + end));
            }
            b.restart();
            b.awaitReady();
            Path file = system.workspace().dir().resolve("records.txt");
            assertThat(run(system, "a", file, "revocations", "export")).isZero();
            assertThat(Files.readString(file)).startsWith("countersign revocations 1\n");
            Path said = system.workspace().dir().resolve("said.txt");
            assertThat(run(system, "a", said, "revocations", "import", file.toString())).isZero();
            assertThat(Files.readString(said))
                    .contains("a: 1 records, 0 new, 0 of a newer build, 0 not of this cluster")
                    .contains("b: 1 records, 1 new, 0 of a newer build, 0 not of this cluster");
            a.kill();
            for (int i = 0; i < 3; i++) {
                assertThat(login(system)).isInstanceOf(Login.Refused.class);
            }
        }
    }

    private static Path audit(Deployment system) {
        return system.folder().resolve("audit");
    }

    private static boolean record(Deployment system, String instance) {
        Path disk = audit(system).resolve(instance).resolve("revocations.db-wal");
        try {
            return Files.exists(disk)
                    && Files.readString(disk, java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains("users:alice");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static InstanceProcess start(
            Deployment system, String name, List<Integer> ports, int index, List<Path> classes)
            throws Exception {
        Path file = system.folder().resolve("countersign-" + name + ".yaml");
        String network =
                "cluster-network: {listen: \"127.0.0.1:%d\", members: [\"127.0.0.1:%d\", \"127.0.0.1:%d\"]}%n"
                        .formatted(ports.get(index), ports.get(0), ports.get(1));
        Files.writeString(file, Files.readString(system.configuration()) + network);
        return InstanceProcess.start(
                name,
                file,
                system.workspace(),
                new InstanceProcess.Surroundings(List.of(), classes));
    }

    private static int confirmed(Deployment system, String kind, String value) {
        return act(system, "revoke", Map.of("kind", kind, "value", value, "wait", 2000))
                .path("confirmed")
                .size();
    }

    private static JsonNode act(Deployment system, String verb, Map<String, ?> body) {
        Path key = system.folder().resolve("keys").resolve("admin-requests.nk");
        NatsTarget target =
                new NatsTarget(
                        List.of(system.server().url()),
                        new NatsLogin.Credentials(
                                system.folder().resolve("creds").resolve("operations.creds")),
                        Optional.empty());
        try (Seed seed = Seed.read(key)) {
            Signer signer = Ed25519.best().signer(seed);
            try (AdminClient client =
                    AdminClient.connect(target, signer, "test", RANDOM, Clock.systemUTC())) {
                return JSON.readTree(
                        client.request(verb, JSON.writeValueAsBytes(body), Duration.ofSeconds(30)));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Login login(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    Duration.ofSeconds(30));
        }
    }

    private static int run(Deployment system, String instance, Path out, String... arguments)
            throws Exception {
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", system.configuration().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(InstanceProcess.command(all.toArray(String[]::new)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(out.toFile());
        builder.environment().put("HOSTNAME", instance);
        return builder.start().waitFor();
    }
}
