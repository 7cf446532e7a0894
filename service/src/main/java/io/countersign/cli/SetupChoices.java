// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.identity.users.PasswordHash;
import io.countersign.setup.OneTimePassword;
import io.countersign.setup.PasswordHasher;
import io.countersign.setup.ServerPlan;
import io.countersign.setup.ServerVersion;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupOptions;
import io.countersign.setup.SetupResult;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that both modes of {@code setup} share, and how its result is told. */
final class SetupChoices {
    /** Routes of the n-th server are this far above its client port. */
    private static final int ROUTE_OFFSET = 2000;

    @Option(
            names = {"-d", "--folder"},
            required = true,
            paramLabel = "DIR",
            description = "Where the files go: a new folder, or an empty one.")
    private Path folder = Path.of("");

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "countersign",
            description = "Name of the cluster (default: ${DEFAULT-VALUE}).")
    private String cluster = "countersign";

    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "An application account; give it several times (default: APP).")
    private List<String> accounts = new ArrayList<>();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where the servers listen (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--servers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of NATS servers, ports counting up from --port.")
    private int servers = 1;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            split = ",",
            defaultValue = "4222",
            description = "Client port of the first server, or the ports of all: 4222,4232,4242.")
    private List<Integer> ports = List.of(4222);

    @Option(
            names = "--route-port",
            paramLabel = "PORT",
            split = ",",
            description = "Route ports of all servers (default: client port + 2000).")
    private List<Integer> routePorts = new ArrayList<>();

    @Option(
            names = "--oldest-server",
            paramLabel = "VERSION",
            defaultValue = "2.10",
            description = "Write nothing that this nats-server does not know (default: 2.10).")
    private String oldestServer = "2.10";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "alice",
            description = "Name of the example user (default: ${DEFAULT-VALUE}).")
    private String user = "alice";

    @Option(
            names = "--no-xkey",
            description = {
                "Write no xkey: requests and answers are then not sealed, and whoever gets into the",
                "callout account reads passwords."
            })
    private boolean clear;

    /** Made from the options; wrong ones are told by the set-up itself, all at once. */
    SetupOptions options() {
        return options(accounts.isEmpty() ? List.of("APP") : accounts);
    }

    /** The same, with no more accounts than were named: the others are imported. */
    SetupOptions imported() {
        return options(accounts);
    }

    private SetupOptions options(List<String> applications) {
        try {
            SetupOptions options =
                    SetupOptions.in(folder)
                            .withCluster(cluster)
                            .withAccounts(applications)
                            .withServers(plan())
                            .withOldestServer(ServerVersion.parse(oldestServer))
                            .withExampleUser(user);
            return clear ? options.withoutXkey() : options;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    boolean hasAccounts() {
        return !accounts.isEmpty();
    }

    private ServerPlan plan() {
        if (ports.size() == 1) {
            return ServerPlan.counted(host, servers, ports.getFirst());
        }
        List<Integer> routes =
                routePorts.isEmpty()
                        ? ports.stream().map(port -> port + ROUTE_OFFSET).toList()
                        : routePorts;
        return ServerPlan.withPorts(host, ports, routes);
    }

    static PasswordHasher hasher(SecureRandom random) {
        return password -> hash(password, random);
    }

    private static String hash(OneTimePassword password, SecureRandom random) {
        byte[] secret = password.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            return PasswordHash.make(secret, random).encoded();
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** The only time that the passwords are seen. */
    static void tell(PrintWriter out, SetupResult result) {
        result.summary().forEach(out::println);
        if (!result.passwords().isEmpty()) {
            out.println();
            out.println("Passwords, shown this once:");
            result.passwords()
                    .forEach(p ->
                            out.println("  " + p.user() + "  " + p.reveal() + "  " + p.purpose()));
        }
        out.flush();
    }

    static CommandFailed failed(SetupFailed e) {
        return new CommandFailed(
                ExitCode.USAGE, String.join("\n", e.problems()) + "\nNothing was written.");
    }
}
