// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Configuration files of the NATS servers, {@code servers/NAME.conf}: what both modes have in
 * common. Each file is whole in itself (JWTs inline), so that it can be moved to another machine;
 * only the data folders are absolute paths.
 */
final class ServerFiles {
    /**
     * Seconds. The service answers in 1.5 or not at all; then Go and Java clients give up by
     * themselves before the server refuses them, and try again (design, decision 5).
     */
    static final int AUTHORIZATION_TIMEOUT = 3;

    private static final String ROUTE_USER = "route";

    private final SetupFolder folder;
    private final SetupOptions options;
    private final String routePassword;

    /**
     * @param routePassword letters, digits and - only, because it stands in URLs
     */
    ServerFiles(SetupFolder folder, SetupOptions options, String routePassword) {
        this.folder = folder;
        this.options = options;
        this.routePassword = routePassword;
    }

    /**
     * Writes a file for each server.
     *
     * @param pinned callout account, by the name that servers know it by
     * @param accounts the rest of a server's file, given the folder for its data
     */
    void write(String mode, String pinned, Function<Path, String> accounts) throws SetupFailed {
        for (ServerPlan.Server server : options.servers().servers()) {
            Path data = folder.target().resolve("data").resolve(server.name());
            folder.write(
                    "servers/" + server.name() + ".conf",
                    head(server, mode)
                            + storage(data)
                            + (options.servers().isCluster() ? cluster(server, pinned) : "")
                            + accounts.apply(data));
        }
    }

    private String head(ServerPlan.Server server, String mode) {
        return """
        # nats-server %s of %s: made by "countersign setup %s" for nats-server %s and newer.
        # Start it with: nats-server -c %s.conf
        server_name: %s
        listen: %s
        """
                .formatted(
                        server.name(),
                        options.cluster(),
                        mode,
                        options.oldestServer(),
                        server.name(),
                        ConfText.quoted(server.name()),
                        ConfText.quoted(server.host() + ":" + server.clientPort()));
    }

    private static String storage(Path data) {
        return """

        jetstream {
          store_dir: %s
        }
        """
                .formatted(ConfText.quoted(data.resolve("jetstream").toString()));
    }

    private String cluster(ServerPlan.Server server, String pinned) {
        List<String> routes =
                options.servers().servers().stream()
                        .filter(other -> !other.equals(server))
                        .map(this::route)
                        .toList();
        return """

        cluster {
          name: %s
          listen: %s
          # Whoever may join as a server reads everything.
          authorization { user: %s, password: %s, timeout: %d }
          # A route of its own for the callout account, so that logins do not queue behind other traffic.
          accounts: [%s]
          routes: %s
        }
        """
                .formatted(
                        ConfText.quoted(options.cluster()),
                        ConfText.quoted(server.host() + ":" + server.routePort()),
                        ConfText.quoted(ROUTE_USER),
                        ConfText.quoted(routePassword),
                        AUTHORIZATION_TIMEOUT,
                        ConfText.quoted(pinned),
                        ConfText.list(routes));
    }

    private String route(ServerPlan.Server other) {
        return "nats-route://%s:%s@%s:%d"
                .formatted(ROUTE_USER, routePassword, other.host(), other.routePort());
    }
}
