// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.List;
import java.util.Optional;

/** Reads {@code nats}. */
final class NatsConfigReader {
    private static final String ONE_LOGIN =
            "(expected: one of credentials, user with password, or nkey-seed)";

    /** What an instance has by itself: a server works off the answers of one connection in turn. */
    private static final int FEWEST_CONNECTIONS = 2;

    private static final int MOST_CONNECTIONS = 8;

    private final Folder folder;
    private final SecretReader secrets;

    NatsConfigReader(Folder folder, SecretReader secrets) {
        this.folder = folder;
        this.secrets = secrets;
    }

    Optional<NatsConfig> read(ConfigReader at, Optional<String> mode) {
        List<String> servers = at.key("servers").texts();
        Optional<Login> callout = login(at.key("callout"), mode);
        Optional<Login> operations = login(at.key("operations"), mode);
        Optional<Login> system = login(at.key("system"), mode);
        int connections = at.key("connections").integer(connections(servers));
        String queueGroup = at.key("queue-group").text("countersign");
        Optional<NatsConfig.Tls> tls = new TlsReader(folder, secrets).read(at.key("tls"));
        return at.build(() ->
                new NatsConfig(
                        servers,
                        callout.orElseThrow(),
                        operations,
                        system,
                        connections,
                        queueGroup,
                        tls));
    }

    /** One for each server, so that every server has an instance's link of its own. */
    private static int connections(List<String> servers) {
        return Math.clamp(servers.size(), FEWEST_CONNECTIONS, MOST_CONNECTIONS);
    }

    private Optional<Login> login(ConfigReader at, Optional<String> mode) {
        ConfigReader credentials = at.key("credentials");
        ConfigReader user = at.key("user");
        ConfigReader seed = at.key("nkey-seed");
        List<ConfigReader> written =
                List.of(credentials, user, seed).stream().filter(ConfigReader::isPresent).toList();
        if (!at.isSound()) {
            return Optional.empty();
        }
        if (written.size() != 1) {
            at.refuse((written.isEmpty() ? "no login " : "several logins ") + ONE_LOGIN);
            return Optional.empty();
        }
        refuseLoginOfTheOtherMode(written.getFirst(), credentials.isPresent(), mode);
        Optional<Login> login =
                secrets.read(credentials)
                        .<Login>map(Login.Credentials::new)
                        .or(() -> secrets.read(seed).map(Login.NkeySeed::new))
                        .or(() ->
                                secrets.read(at.key("password"))
                                        .map(it -> new Login.UserPassword(user.text(""), it)));
        return at.isSound() ? login : Optional.empty();
    }

    /** Servers would refuse these logins with a message that explains nothing. */
    private static void refuseLoginOfTheOtherMode(
            ConfigReader login, boolean isCredentials, Optional<String> mode) {
        if (mode.equals(Optional.of("static")) && isCredentials) {
            login.refuse("not in static mode (expected: user with password, or nkey-seed)");
        } else if (mode.equals(Optional.of("operator")) && !isCredentials) {
            login.refuse("not in operator mode (expected: credentials)");
        }
    }
}
