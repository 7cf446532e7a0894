// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Some nats-servers with routes to one another. Not thread-safe.
 *
 * <p>In addition to the placeholders of {@link NatsServer} a configuration may say {@code ${name}}
 * (n1, n2, …) and {@code ${routes}} (the content of the list of routes). One without {@code
 * ${routes}} gets a {@code server_name} and a {@code cluster} block.
 */
public final class NatsCluster implements AutoCloseable {
    /**
     * Longer than for a server: a JetStream cluster elects a leader first, and an election can take
     * two tries.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String CLUSTER =
            """

            server_name: "${name}"
            cluster { name: kit, listen: "127.0.0.1:${port:cluster}", routes: [${routes}] }
            """;

    private final List<NatsServer> servers = new ArrayList<>();

    private NatsCluster() {}

    /**
     * Starts that many servers and waits until {@link #awaitFormed they are a cluster}.
     *
     * @param configuration of each server, from its index (0, 1, …)
     */
    public static NatsCluster start(
            NatsBinary binary, int size, IntFunction<String> configuration) {
        List<Integer> ports = FreePorts.several(size);
        String routes =
                ports.stream()
                        .map(port -> "\"nats://127.0.0.1:" + port + "\"")
                        .collect(Collectors.joining(", "));
        NatsCluster cluster = new NatsCluster();
        try {
            for (int i = 0; i < size; i++) {
                String own = configuration.apply(i);
                String text =
                        (own.contains("${routes}") ? own : own + CLUSTER)
                                .replace("${routes}", routes)
                                .replace("${name}", "n" + (i + 1));
                cluster.servers.add(
                        NatsServer.start(binary, text, Map.of("cluster", ports.get(i))));
            }
            cluster.awaitFormed();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** The servers, in the order of their indexes. */
    public List<NatsServer> servers() {
        return List.copyOf(servers);
    }

    /** The server with this index. */
    public NatsServer server(int index) {
        return servers.get(index);
    }

    /** The addresses of all servers, separated by commas, as client libraries take them. */
    public String urls() {
        return servers.stream().map(NatsServer::url).collect(Collectors.joining(","));
    }

    /**
     * Waits until each server that is alive has a route to each other one and is healthy (with
     * JetStream: knows the leader).
     *
     * @throws AssertionError if that takes more than a minute
     */
    public void awaitFormed() {
        List<NatsServer> alive = servers.stream().filter(NatsServer::isAlive).toList();
        Wait.until(
                "cluster of " + alive.size(),
                PATIENCE,
                () ->
                        alive.stream()
                                .allMatch(server ->
                                        sees(server, alive.size() - 1) && isHealthy(server)));
    }

    private static boolean sees(NatsServer server, int others) {
        Set<String> remotes = new HashSet<>();
        for (JsonNode route : server.monitor("/routez").path("routes")) {
            remotes.add(route.path("remote_id").asText());
        }
        return remotes.size() >= others;
    }

    /**
     * Waits until a server knows that at so many others somebody subscribes a subject. A
     * subscription that its own server has confirmed is not known everywhere yet, and a message
     * from elsewhere is lost meanwhile.
     *
     * @throws AssertionError if that takes more than a minute
     */
    public void awaitInterest(NatsServer server, String subject, int others) {
        Wait.until(
                "interest in " + subject + " at " + others + " other servers",
                PATIENCE,
                () -> interested(server, subject).size() >= others);
    }

    private static Set<String> interested(NatsServer server, String subject) {
        Set<String> remotes = new HashSet<>();
        for (JsonNode route : server.monitor("/routez?subs=1").path("routes")) {
            for (JsonNode each : route.path("subscriptions_list")) {
                if (each.asText().equals(subject)) {
                    remotes.add(route.path("remote_id").asText());
                }
            }
        }
        return remotes;
    }

    private static boolean isHealthy(NatsServer server) {
        try {
            return server.monitor("/healthz").path("status").asText().equals("ok");
        } catch (UncheckedIOException _) {
            return false; // status 503: not yet
        }
    }

    @Override
    public void close() {
        servers.forEach(NatsServer::close);
    }
}
