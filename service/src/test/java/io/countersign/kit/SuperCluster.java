// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Two clusters of two servers each, joined by gateways, made of what {@code setup} wrote for one
 * cluster of four. The servers end with the deployment. Not thread-safe.
 */
public final class SuperCluster {
    /** How many servers the deployment has to be for. */
    public static final int SERVERS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One of the clusters. */
    public enum Side {
        EAST(0),
        WEST(2);

        /** The index of its first server. */
        private final int first;

        Side(int first) {
            this.first = first;
        }

        /** Its name as a cluster. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Deployment system;
    private final List<NatsServer> servers = new ArrayList<>();

    private SuperCluster(Deployment system) {
        this.system = system;
    }

    /** Starts the servers of a {@link Deployment#prepared prepared} deployment, and joins them. */
    public static SuperCluster start(Deployment system) {
        SuperCluster all = new SuperCluster(system);
        Io.run(all::startServers);
        try {
            Wait.until(
                    "gateways",
                    PATIENCE,
                    () -> all.servers.stream().allMatch(SuperCluster::isJoined));
        } catch (AssertionError e) {
            String log = all.servers.getFirst().log();
            throw new AssertionError(e.getMessage() + "\n" + log, e);
        }
        return all;
    }

    private void startServers() throws IOException {
        List<Integer> ports = FreePorts.several(SERVERS);
        List<Path> files = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= SERVERS; i++) {
            Path file = system.folder().resolve("servers").resolve("n" + i + ".conf");
            files.add(file);
            texts.add(Files.readString(file));
        }
        for (int i = 0; i < SERVERS; i++) {
            Side side = i < Side.WEST.first ? Side.EAST : Side.WEST;
            String text =
                    texts.get(i)
                            .replaceFirst(
                                    "(cluster \\{\\s+name: )\"?[^\"\\s]*\"?",
                                    "$1\"" + side.word() + "\"")
                            .replaceFirst(
                                    "routes: \\[[^]]*]",
                                    "routes: [\"" + route(texts, i ^ 1) + "\"]");
            Files.writeString(files.get(i), text + gateway(side, ports, i));
            NatsServer server =
                    NatsServer.start(NatsBinary.NEWEST, files.get(i), clientPort(texts.get(i)));
            servers.add(server);
            system.workspace().beforeRemoval(server::close);
        }
    }

    /** To a server, as its neighbour has it. */
    private static String route(List<String> texts, int server) {
        String listen =
                texts.get(server).replaceFirst("(?s).*cluster \\{.*?listen: \"([^\"]*)\".*", "$1");
        return Pattern.compile("nats-route://[^\"]*@" + Pattern.quote(listen))
                .matcher(texts.get(server ^ 1))
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    private static int clientPort(String text) {
        return Integer.parseInt(text.replaceFirst("(?s).*?\\nlisten: \"[^:]*:(\\d+)\".*", "$1"));
    }

    private static String gateway(Side own, List<Integer> ports, int server) {
        StringBuilder clusters = new StringBuilder();
        for (Side side : Side.values()) {
            String urls =
                    ports.subList(side.first, side.first + 2).stream()
                            .map(port -> "\"nats://127.0.0.1:" + port + "\"")
                            .collect(Collectors.joining(", "));
            clusters.append("    { name: \"%s\", urls: [%s] }%n".formatted(side.word(), urls));
        }
        return """

        gateway {
          name: "%s"
          listen: "127.0.0.1:%d"
          gateways: [
        %s  ]
        }
        """
                .formatted(own.word(), ports.get(server), clusters);
    }

    /** Which server of the other cluster it reaches is its choice: it may be reached by none. */
    private static boolean isJoined(NatsServer server) {
        return server.monitor("/gatewayz").path("outbound_gateways").size() == 1
                && server.monitor("/routez").path("num_routes").asInt() >= 1;
    }

    /** All servers. */
    public List<NatsServer> servers() {
        return List.copyOf(servers);
    }

    /** Those of one cluster. */
    public List<NatsServer> servers(Side side) {
        return List.copyOf(servers.subList(side.first, side.first + 2));
    }

    /** Settings for an instance that knows only the servers of one cluster. */
    public Path configuration(Side side) {
        return Io.get(() -> {
            String text = Files.readString(system.configuration());
            for (NatsServer server : servers) {
                if (!servers(side).contains(server)) {
                    text = text.replaceFirst("(?m)^ +- \"?" + server.url() + "\"?\n", "");
                }
            }
            return Files.writeString(system.folder().resolve(side.word() + ".yaml"), text);
        });
    }
}
