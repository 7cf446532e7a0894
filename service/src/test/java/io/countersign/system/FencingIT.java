// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.kit.Administrator;
import io.countersign.kit.Deployment;
import io.countersign.kit.InstanceCluster;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One of three instances hangs, and comes back. */
class FencingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 3;

    /** A login under load: when it began, and what came of it. */
    private record Attempt(long began, Login outcome) {}

    // Must hold 8.
    @Test
    void instanceStopped_underLoad_isFencedAndComesBackByItself() throws Exception {
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        try (Deployment system = Deployment.start(plan);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<InstanceProcess> instances =
                    InstanceCluster.start(system, InstanceCluster.configurations(system, 3));
            AtomicBoolean over = new AtomicBoolean();
            try (Administrator admin = Administrator.of(system)) {
                admin.awaitInstances(3);
                Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    NatsServer server = system.servers().get(i);
                    running.add(clients.submit(() -> logins(system, server, attempts, over)));
                }
                Wait.until("logins", PATIENCE, () -> attempts.size() > 10 * CLIENTS);

                InstanceProcess frozen = instances.get(2);
                frozen.sigstop();
                long stopped = System.nanoTime();
                Wait.until("a fence", PATIENCE, () -> isFenced(instances));
                Duration took = Duration.ofNanos(System.nanoTime() - stopped);
                awaitMore(attempts, 30 * CLIENTS);
                Wait.until(
                        "entries that say that c was silent",
                        PATIENCE,
                        () -> trail(system, "a").contains("peer-silent"));
                // Under load another one may be late for one question.
                Wait.until(
                        "c alone is silent",
                        PATIENCE,
                        () ->
                                Administrator.texts(admin.ask("instances", "{}").path("silent"))
                                        .equals(List.of("c")));

                frozen.sigcont();
                Wait.until(
                        "it answers again",
                        PATIENCE,
                        () -> {
                            JsonNode all = admin.ask("instances", "{}");
                            return all.path("statuses").size() == 3 && isLinked(all, "c");
                        });
                awaitMore(attempts, 10 * CLIENTS);
                over.set(true);
                for (Future<?> each : running) {
                    each.get();
                }
                Chaos.measured(
                        "freeze",
                        "fenced after %,d ms; %,d logins, of those that failed the last began %,d ms"
                                + " after the freeze",
                        took.toMillis(),
                        attempts.size(),
                        lastFailure(attempts, stopped).toMillis());
                assertThat(lastFailure(attempts, stopped)).isLessThan(Duration.ofSeconds(5));
                for (InstanceProcess healthy : instances.subList(0, 2)) {
                    assertThat(healthy.log()).doesNotContain("instance a is silent");
                    assertThat(healthy.log()).doesNotContain("instance b is silent");
                }
                admin.awaitInstances(3);
            } finally {
                over.set(true);
            }
        }
    }

    private static void awaitMore(Queue<Attempt> attempts, int more) {
        int before = attempts.size();
        Wait.until(more + " logins", PATIENCE, () -> attempts.size() >= before + more);
    }

    /** The file and its write-ahead log, as they are. */
    private static String trail(Deployment system, String instance) {
        StringBuilder text = new StringBuilder();
        for (String name : List.of("trail.db", "trail.db-wal")) {
            Path file = system.folder().resolve("audit").resolve(instance).resolve(name);
            try {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }

    private static boolean isFenced(List<InstanceProcess> instances) {
        return instances.stream()
                .anyMatch(it ->
                        it.logged("instance c is silent: [1-9][0-9]* of its connections were ended")
                                .isPresent());
    }

    private static boolean isLinked(JsonNode all, String instance) {
        for (JsonNode status : all.path("statuses")) {
            if (status.path("instance").asText().equals(instance)) {
                return status.path("links").findValuesAsText("name").stream()
                        .anyMatch(name -> name.contains("callout"));
            }
        }
        return false;
    }

    /** From the freeze to the beginning of the last login that failed. */
    private static Duration lastFailure(Queue<Attempt> attempts, long stopped) {
        return attempts.stream()
                .filter(it -> !(it.outcome() instanceof Login.Admitted))
                .map(it -> Duration.ofNanos(it.began() - stopped))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static void logins(
            Deployment system, NatsServer server, Queue<Attempt> attempts, AtomicBoolean over) {
        Map<String, Object> fields =
                system.connect(Map.of("user", "alice", "pass", system.password("alice")));
        while (!over.get()) {
            long began = System.nanoTime();
            try (RawClient client = RawClient.connect(server)) {
                attempts.add(new Attempt(began, client.login(fields, PATIENCE)));
            }
        }
    }
}
