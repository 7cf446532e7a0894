// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.relay.RelayStatus;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What instances, as setup makes them, put into the audit stream. */
class StreamIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 6;

    // What must hold 1 and 3: whoever saw its login succeed is in trail, stream and sink, once.
    @Test
    void instanceKilledUnderLoadAndRestarted_doublesAndSkipsNothing() throws Exception {
        int kills = Soak.size(5);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        try (Soak soak = Soak.of("kills");
                Deployment system = Deployment.start(plan);
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            system.withSettings("audit: {sinks: [{name: kept, file: sink.jsonl, keep: 1000}]}");
            InstanceProcess instance = system.startProcess("a");
            instance.awaitReady();
            Set<String> admitted = ConcurrentHashMap.newKeySet();
            AtomicBoolean over = new AtomicBoolean();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(threads.submit(() -> logins(system, client, admitted, over)));
            }
            for (int kill = 1; kill <= kills; kill++) {
                awaitMore(admitted, 1 + random.nextInt(60));
                instance.kill();
                instance.restart();
                instance.awaitReady();
                soak.sample(kill);
            }
            awaitMore(admitted, 20);
            over.set(true);
            for (Future<?> client : clients) {
                client.get();
            }
            instance.stop();
            instance.restart(); // relays what the stop left over
            instance.awaitReady();

            VerifyReport trail = verified(system, "a");
            List<AuditEntry> entries = awaitEntries(system, trail.size());
            assertThat(entries)
                    .as("seed %d", seed)
                    .extracting(AuditEntry::id)
                    .doesNotHaveDuplicates();
            for (int seq = 0; seq < entries.size(); seq++) {
                assertThat(entries.get(seq).seq()).isEqualTo(seq);
            }
            Set<String> unrecorded = new HashSet<>(admitted);
            entries.stream()
                    .filter(e -> e.decision().equals(AuditEntry.ALLOW))
                    .forEach(e -> unrecorded.remove(e.client().orElseThrow().name()));
            assertThat(unrecorded).as("seed %d", seed).isEmpty();
            awaitInSink(system, entries);
            Chaos.measured(
                    "kill",
                    "%,d kills; %,d logins seen, %,d entries in trail, stream and sink",
                    kills,
                    admitted.size(),
                    entries.size());
        }
    }

    private static void awaitMore(Set<String> admitted, int count) {
        int target = admitted.size() + count;
        Wait.until("logins", PATIENCE, () -> admitted.size() >= target);
    }

    /** Each entry at least once, as a line of its own. */
    private static void awaitInSink(Deployment system, List<AuditEntry> entries) {
        Wait.until(
                "all entries in the sink's file",
                PATIENCE,
                () -> {
                    Set<String> lines = new HashSet<>(sinkLines(system.folder()));
                    return entries.stream()
                            .map(e -> new String(e.encoded(), StandardCharsets.US_ASCII))
                            .allMatch(lines::contains);
                });
    }

    private static List<String> sinkLines(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> lines = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.getFileName().toString().startsWith("sink.")).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Void logins(
            Deployment system, int client, Set<String> admitted, AtomicBoolean over) {
        NatsServer server = system.servers().get(client % 3);
        for (int i = 0; !over.get(); i++) {
            String name = "login-%d-%d".formatted(client, i);
            try (RawClient raw = RawClient.connect(server)) {
                Login login =
                        raw.login(
                                system.connect(
                                        Map.of(
                                                "user",
                                                "alice",
                                                "pass",
                                                system.password("alice"),
                                                "name",
                                                name)),
                                PATIENCE);
                if (login instanceof Login.Admitted) {
                    admitted.add(name);
                }
            }
        }
        return null;
    }

    private static VerifyReport verified(Deployment system, String instance) throws Exception {
        Path file = system.folder().resolve("audit").resolve(instance).resolve("trail.db");
        VerifyReport report =
                new TrailVerifier(Ed25519.best()).verify(file, Optional.empty(), List.of());
        assertThat(report.firstBroken()).isEmpty();
        return report;
    }

    private static List<AuditEntry> awaitEntries(Deployment system, long atLeast) {
        return Wait.forValue(
                "the stream has all " + atLeast,
                PATIENCE,
                () -> {
                    List<AuditEntry> entries = entries(system);
                    return entries.size() >= atLeast ? Optional.of(entries) : Optional.empty();
                });
    }

    private static List<AuditEntry> entries(Deployment system) {
        List<AuditEntry> entries = new ArrayList<>();
        NatsTarget target =
                new NatsTarget(
                        List.of(system.server().url()),
                        new NatsLogin.Credentials(creds(system, "operations")),
                        Optional.empty());
        try (AuditLink link = AuditLink.reading(target, "test")) {
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            try (StreamReader reader = StreamReader.open(link, 1)) {
                boolean more = true;
                while (more) {
                    StreamMessage message = reader.next(PATIENCE).orElseThrow();
                    if (message.record().orElse(null) instanceof StreamRecord.Entry entry) {
                        entries.add(entry.entry());
                    }
                    more = !message.isLast();
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return entries;
    }

    private static Path creds(Deployment system, String user) {
        return system.folder().resolve("creds").resolve(user + ".creds");
    }

    @Test
    void replicated_whileThereIsNoStream_letsNobodyIn_andEverybodyAfter() throws Exception {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST);
        try (Deployment system = Deployment.start(plan)) {
            system.withSettings("audit: {durability: replicated, stream: {create: false}}");
            Instance instance = system.startInstance("a");
            assertThat(alice(system)).isNotInstanceOf(Login.Admitted.class);

            makeStream(system);
            Wait.until(
                    "relaying",
                    PATIENCE,
                    () -> instance.relay().orElseThrow().state() == RelayStatus.State.RELAYING);
            assertThat(alice(system)).isInstanceOf(Login.Admitted.class);
            assertThat(entries(system))
                    .filteredOn(e -> e.reason().equals("audit-unavailable"))
                    .isNotEmpty();
            assertThat(system.server().log()).doesNotContainIgnoringCase("Permissions Violation");
        }
    }

    // What must hold: logins do not depend on JetStream unless the operator says so.
    @Test
    void local_withoutJetStream_letsEverybodyIn_andWarns() {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.V2_10)
                        .changing(text -> text.replaceFirst("(?s)jetstream \\{.*?\\}", ""));
        try (Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            assertThat(alice(system)).isInstanceOf(Login.Admitted.class);
            Wait.until(
                    "the failure is seen",
                    PATIENCE,
                    () -> !instance.relay().orElseThrow().failure().isEmpty());
            assertThat(instance.relay().orElseThrow().behind()).isPositive();
        }
    }

    // One message at a time: servers before 2.12 know no batches.
    @Test
    void relay_toAnOldServer_bringsEverything() {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.V2_10);
        try (Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            for (int i = 0; i < 10; i++) {
                assertThat(alice(system)).isInstanceOf(Login.Admitted.class);
            }
            List<AuditEntry> entries = awaitEntries(system, instance.trail().reader().size());
            for (int seq = 0; seq < entries.size(); seq++) {
                assertThat(entries.get(seq).seq()).isEqualTo(seq);
            }
        }
    }

    private static void makeStream(Deployment system) throws Exception {
        Options options =
                new Options.Builder()
                        .server(system.server().url())
                        .authHandler(Nats.credentials(creds(system, "operations").toString()))
                        .build();
        Connection connection = Nats.connect(options);
        try {
            connection
                    .jetStreamManagement()
                    .addStream(
                            StreamConfiguration.builder()
                                    .name("COUNTERSIGN_AUDIT")
                                    .subjects("countersign.audit.*.*")
                                    .denyDelete(true)
                                    .denyPurge(true)
                                    .allowAtomicPublish(true)
                                    .build());
        } finally {
            connection.close();
        }
    }

    private static Login alice(Deployment system) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", "alice", "pass", system.password("alice"))),
                    Duration.ofSeconds(20));
        }
    }
}
