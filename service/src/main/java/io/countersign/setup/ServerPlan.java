// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The NATS servers that configuration files are written for. More than one form a cluster.
 *
 * @param servers at least one
 */
public record ServerPlan(List<Server> servers) {
    private static final int ROUTE_OFFSET = 2000;

    /**
     * One server.
     *
     * @param name unique in a cluster; also the name of its file
     * @param host where it listens, and where the others and the service reach it
     * @param clientPort for clients
     * @param routePort for the other servers; unused in a plan of one
     */
    public record Server(String name, String host, int clientPort, int routePort) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
        private static final Pattern HOST =
                Pattern.compile("[A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]");

        /** The URL for clients. */
        public String url() {
            return "nats://" + host + ":" + clientPort;
        }

        private void addProblems(List<String> problems) {
            if (!NAME.matcher(name).matches()) {
                problems.add("server: " + name + " (expected: letters, digits, _ and -)");
            }
            if (!HOST.matcher(host).matches()) {
                problems.add(
                        "server "
                                + name
                                + ": host: "
                                + host
                                + " (expected: a host name, an IPv4 address or [IPv6])");
            }
            for (int port : List.of(clientPort, routePort)) {
                if (port < 1 || port > 65_535) {
                    problems.add("server " + name + ": port: " + port + " (expected: 1 to 65535)");
                }
            }
        }
    }

    public ServerPlan {
        servers = List.copyOf(servers);
    }

    /**
     * Servers {@code n1}, {@code n2}, … on one host, with ports that count up from the base; routes
     * are 2000 above.
     */
    public static ServerPlan counted(String host, int count, int basePort) {
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int port = basePort + i;
            servers.add(new Server("n" + (i + 1), host, port, port + ROUTE_OFFSET));
        }
        return new ServerPlan(servers);
    }

    /**
     * Servers {@code n1}, {@code n2}, … on one host with these ports, as many as client ports.
     *
     * @throws IllegalArgumentException if there are not as many route ports
     */
    public static ServerPlan withPorts(
            String host, List<Integer> clientPorts, List<Integer> routePorts) {
        if (clientPorts.size() != routePorts.size()) {
            throw new IllegalArgumentException(
                    "route ports: "
                            + routePorts.size()
                            + " (expected: "
                            + clientPorts.size()
                            + ")");
        }
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < clientPorts.size(); i++) {
            servers.add(new Server("n" + (i + 1), host, clientPorts.get(i), routePorts.get(i)));
        }
        return new ServerPlan(servers);
    }

    boolean isCluster() {
        return servers.size() > 1;
    }

    List<String> urls() {
        return servers.stream().map(Server::url).toList();
    }

    /** What is wrong, a sentence each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (servers.isEmpty() || servers.size() > 64) {
            problems.add("servers: " + servers.size() + " (expected: 1 to 64)");
        }
        Set<String> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Server server : servers) {
            server.addProblems(problems);
            if (!names.add(server.name())) {
                problems.add("server " + server.name() + ": twice (expected: names that differ)");
            }
            addAddress(server, server.clientPort(), addresses, problems);
            if (isCluster()) {
                addAddress(server, server.routePort(), addresses, problems);
            }
        }
        return problems;
    }

    private static void addAddress(
            Server server, int port, Set<String> addresses, List<String> problems) {
        if (!addresses.add(server.host() + ":" + port)) {
            problems.add(
                    "server "
                            + server.name()
                            + ": port "
                            + port
                            + " is taken by another listener on "
                            + server.host()
                            + " (expected: ports that differ)");
        }
    }
}
