// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.TrailVerifier;
import io.countersign.audit.VerifyReport;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.relay.StreamMessage;
import io.countersign.nats.relay.StreamReader;
import io.countersign.nats.relay.StreamRecord;
import io.countersign.nats.relay.StreamVerifier;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients that log in again and again under a name of their own each time, and remember who got in:
 * the witnesses of what a trail must have. Used by one thread.
 */
final class AuditedLogins implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Deployment system;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();
    private final Set<String> admitted = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /** Starts so many clients at these servers. */
    AuditedLogins(Deployment system, List<NatsServer> servers, int count) {
        this.system = system;
        for (int i = 0; i < count; i++) {
            int client = i;
            clients.add(threads.submit(() -> logins(servers.get(client % servers.size()), client)));
        }
    }

    private void logins(NatsServer server, int client) {
        for (int i = 0; !over; i++) {
            String name = "login-%d-%d".formatted(client, i);
            if (attempt(server, name, PATIENCE) instanceof Login.Admitted) {
                admitted.add(name);
            }
        }
    }

    /** One login; what comes of it counts only for the caller. */
    Login attempt(NatsServer server, String name, Duration limit) {
        try (RawClient client = RawClient.connect(server)) {
            return client.login(
                    system.connect(
                            Map.of(
                                    "user",
                                    "alice",
                                    "pass",
                                    system.password("alice"),
                                    "name",
                                    name)),
                    limit);
        } catch (UncheckedIOException e) {
            throw new AssertionError("a server that is up took no connection", e);
        }
    }

    int count() {
        return admitted.size();
    }

    /** Waits until so many more got in. */
    void awaitMore(int more) {
        int target = admitted.size() + more;
        Wait.until("logins", PATIENCE, () -> admitted.size() >= target);
    }

    /** Ends the clients. */
    void stop() throws ExecutionException, InterruptedException {
        over = true;
        for (Future<?> client : clients) {
            client.get();
        }
    }

    /**
     * The trail is sound, the stream has all of it, once, in order and sound, and everybody who got
     * in is in both. The instance must not write any more than verdicts.
     *
     * @return entries in the log
     */
    long assertRecorded(String instance) throws Exception {
        Path file = system.folder().resolve("audit").resolve(instance).resolve("trail.db");
        VerifyReport report =
                new TrailVerifier(Ed25519.best()).verify(file, Optional.empty(), List.of());
        assertThat(report.firstBroken()).isEmpty();
        List<AuditEntry> entries =
                Wait.forValue(
                        "the stream has all " + report.size(),
                        PATIENCE,
                        () -> {
                            List<AuditEntry> all = stream();
                            return all.size() >= report.size()
                                    ? Optional.of(all)
                                    : Optional.empty();
                        });
        assertThat(entries).extracting(AuditEntry::id).doesNotHaveDuplicates();
        for (int seq = 0; seq < entries.size(); seq++) {
            assertThat(entries.get(seq).seq()).isEqualTo(seq);
        }
        Set<String> unrecorded = new HashSet<>(admitted);
        entries.stream()
                .filter(e -> e.decision().equals(AuditEntry.ALLOW))
                .forEach(e -> unrecorded.remove(e.client().orElseThrow().name()));
        assertThat(unrecorded).isEmpty();
        try (AuditLink link = link()) {
            assertThat(link.awaitFirst(PATIENCE)).isTrue();
            assertThat(new StreamVerifier(link, Ed25519.best()).verify(Optional.empty(), List.of()))
                    .allSatisfy(held -> assertThat(held.report().firstBroken()).isEmpty());
        }
        return entries.size();
    }

    private List<AuditEntry> stream() {
        List<AuditEntry> entries = new ArrayList<>();
        try (AuditLink link = link()) {
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

    private AuditLink link() {
        Path creds = system.folder().resolve("creds").resolve("operations.creds");
        return AuditLink.reading(
                new NatsTarget(
                        List.of(system.server().url()),
                        new NatsLogin.Credentials(creds),
                        Optional.empty()),
                "test");
    }

    @Override
    public void close() {
        over = true;
        threads.close();
    }
}
