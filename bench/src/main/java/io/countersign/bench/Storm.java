// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.crypto.Sha2;
import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A login storm against a real system: three servers in a cluster, three instances that are one,
 * and clients that all come at once; with {@code kill -9} of an instance in the middle if wanted.
 */
final class Storm {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Logins before the storm, in groups: whoever comes back in a storm has been there before, so
     * the instances have answered before, and are not as slow and busy as a JVM that just started.
     */
    private static final int GROUP = 200;

    private Storm() {}

    /**
     * What came of it.
     *
     * @param in clients that got in, of all
     * @param unanswered requests that reached an instance (that was not killed) and got no answer,
     *     by reason
     */
    record Result(
            int clients,
            int in,
            double seconds,
            double p50,
            double p99,
            String troubles,
            long answered,
            Map<String, Long> unanswered) {
        String text() {
            return "%d of %d in after %.1f s (p50 %.0f ms, p99 %.0f ms); %s; instances answered %d, unanswered %s"
                    .formatted(in, clients, seconds, p50, p99, troubles, answered, unanswered);
        }
    }

    /**
     * Runs one.
     *
     * @param groups of {@link #GROUP} logins before it
     * @param kill an instance in the middle
     * @param limit until it is given up
     */
    static Result run(int clients, int groups, boolean kill, Duration limit)
            throws IOException, InterruptedException {
        String token = HexFormat.of().formatHex(RANDOM.generateSeed(16));
        String hash =
                HexFormat.of().formatHex(Sha2.SHA_256.of(token.getBytes(StandardCharsets.UTF_8)));
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST).withServers(3);
        List<LoadedInstance> instances = new ArrayList<>();
        try (Deployment system = Deployment.start(plan)) {
            system.withUsers(
                    """
                      - name: storm
                        tokens: [{id: storm, hash: "sha256:%s"}]
                        groups: [app]
                    """
                            .formatted(hash));
            try {
                start(system.configuration(), instances);
                List<InetSocketAddress> servers =
                        system.servers().stream().map(Storm::address).toList();
                for (int i = 0; i < groups; i++) {
                    before(servers, token, limit);
                }
                try (StormClients storm = new StormClients(servers, token)) {
                    return run(
                            storm, clients, kill ? instances.removeLast() : null, instances, limit);
                }
            } finally {
                instances.forEach(LoadedInstance::close);
            }
        }
    }

    private static void before(List<InetSocketAddress> servers, String token, Duration limit)
            throws IOException {
        try (StormClients group = new StormClients(servers, token)) {
            group.start(GROUP);
            if (!group.runUntil(GROUP, System.nanoTime() + limit.toNanos())) {
                throw new IOException(
                        "before the storm: only %d of %d got in; %s"
                                .formatted(group.entered().count(), GROUP, group.troubles()));
            }
        }
    }

    private static void start(Path configuration, List<LoadedInstance> instances)
            throws IOException {
        List<Integer> ports = FreePorts.several(3);
        String members =
                ports.stream()
                        .map(port -> "\"127.0.0.1:" + port + "\"")
                        .collect(Collectors.joining(", "));
        for (int i = 0; i < ports.size(); i++) {
            String name = "storm-" + (char) ('a' + i);
            Path own = configuration.resolveSibling(name + ".yaml");
            Files.writeString(
                    own,
                    Files.readString(configuration)
                            + "\ncluster-network: { listen: \"127.0.0.1:%d\", members: [%s] }\n"
                                    .formatted(ports.get(i), members));
            instances.add(LoadedInstance.start(own, name, "256m"));
        }
        for (LoadedInstance instance : instances) {
            instance.awaitReady();
        }
    }

    private static Result run(
            StormClients storm,
            int clients,
            @org.jspecify.annotations.Nullable LoadedInstance victim,
            List<LoadedInstance> others,
            Duration limit)
            throws IOException, InterruptedException {
        List<LoadedInstance.Probe> before = new ArrayList<>();
        for (LoadedInstance instance : others) {
            before.add(instance.probe());
        }
        long began = System.nanoTime();
        long end = began + limit.toNanos();
        storm.start(clients);
        if (victim != null) {
            try (victim) {
                storm.runUntil(clients / 3, end);
                victim.kill();
            }
        }
        storm.runUntil(clients, end);
        double seconds = (System.nanoTime() - began) / 1e9;
        long answered = 0;
        Map<String, Long> unanswered = new TreeMap<>();
        for (int i = 0; i < others.size(); i++) {
            LoadedInstance.Probe probe = others.get(i).probe();
            answered += probe.answered() - before.get(i).answered();
            before.get(i)
                    .reasons()
                    .forEach((reason, count) -> unanswered.merge(reason, -count, Long::sum));
            probe.reasons().forEach((reason, count) -> unanswered.merge(reason, count, Long::sum));
        }
        unanswered.values().removeIf(count -> count == 0);
        return new Result(
                clients,
                storm.entered().count(),
                seconds,
                storm.entered().millis(50),
                storm.entered().millis(99),
                storm.troubles(),
                answered,
                unanswered);
    }

    private static InetSocketAddress address(NatsServer server) {
        return new InetSocketAddress(server.host(), server.port());
    }
}
