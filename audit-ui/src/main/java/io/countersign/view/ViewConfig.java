// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.ConfigReader;
import io.countersign.config.Folder;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.ViewFile;
import io.countersign.crypto.Ed25519;
import io.countersign.view.access.OidcSettings;
import io.countersign.view.access.Role;
import io.countersign.view.index.Witnesses;
import io.countersign.view.web.ViewServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code view.yaml} says. Paths are relative to the file.
 *
 * @param data directory of the index, the people and the session key
 * @param index JDBC URL of PostgreSQL; empty for a SQLite file in {@code data}
 * @param people JDBC URL of PostgreSQL, for people and saved views; empty for files in {@code data}
 * @param witnesses keys of witnesses, whose signatures proofs then name as verified
 * @param admin with which acts are signed; empty for a view that only looks
 * @param oidc empty if only local users log in
 */
record ViewConfig(
        ViewServer.Settings listen,
        Path data,
        Optional<String> index,
        Optional<String> people,
        Optional<Nats> nats,
        Optional<Path> trail,
        Witnesses witnesses,
        Optional<Admin> admin,
        Optional<Oidc> oidc) {
    static final int PORT = 8230;

    private static final int EXPORTED = 1_000_000;

    /**
     * Who we are to NATS.
     *
     * @param isSeed a bare nkey seed (static mode); else a {@code .creds} file
     */
    record Login(Path file, boolean isSeed) {}

    /**
     * A reader in the operations account.
     *
     * @param ca certificates of the authorities to trust; empty: the system's
     */
    record Nats(List<String> servers, Login login, Optional<Path> ca) {}

    /**
     * The view's own key, and the cluster that it speaks to.
     *
     * @param login with which requests are sent; empty: the reader's
     */
    record Admin(Path key, String cluster, Optional<Login> login) {}

    /** A provider; the secret of the client is still in its file. */
    record Oidc(OidcSettings settings, Optional<Path> secretFile) {}

    /**
     * Reads the file.
     *
     * @throws ConfigInvalid with all that is wrong
     */
    static ViewConfig load(Path file) {
        Problems problems = new Problems();
        Optional<ConfigReader> root = ViewFile.read(file, problems);
        if (root.isEmpty()) {
            problems.throwIfAny();
        }
        Reading reading = new Reading(root.orElseThrow(), Folder.of(file));
        ViewConfig config = reading.config();
        // What of it is malformed would only be called missing as well.
        problems.throwIfAny();
        if (config.nats().isPresent() == config.trail().isPresent()) {
            problems.add(
                    new Problem(
                            file,
                            0,
                            "nats",
                            "source (expected: either nats.servers with nats.credentials or"
                                    + " nats.nkey-seed, or trail)"));
        }
        if (config.admin().isPresent() && config.nats().isEmpty()) {
            problems.add(new Problem(file, 0, "admin", "needs nats (expected: it)"));
        }
        problems.throwIfAny();
        return config;
    }

    /** For {@code --trail}. */
    static ViewConfig following(Path trail, Path data, int port) {
        return new ViewConfig(
                ViewServer.Settings.plain(port),
                data,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(trail),
                Witnesses.NONE,
                Optional.empty(),
                Optional.empty());
    }

    private record Reading(ConfigReader root, Folder folder) {
        ViewConfig config() {
            return new ViewConfig(
                    listen(),
                    root.key("data").file(folder).orElse(folder.resolve("view-data")),
                    root.key("index").text(),
                    people(),
                    nats(),
                    root.key("trail").file(folder),
                    witnesses(),
                    admin(),
                    root.key("oidc").isPresent() ? oidc(root.key("oidc")) : Optional.empty());
        }

        private Optional<String> people() {
            Optional<String> url = root.key("people").text();
            if (url.filter(text -> !text.startsWith("jdbc:postgresql:")).isPresent()) {
                root.key("people")
                        .refuse("no such database (expected: jdbc:postgresql://…, or no people)");
            }
            return url;
        }

        private ViewServer.Settings listen() {
            Optional<Path> certificate = root.key("tls").key("certificate").file(folder);
            Optional<Path> key = root.key("tls").key("key").file(folder);
            if (certificate.isPresent() != key.isPresent()) {
                root.key("tls").refuse("half of it (expected: certificate and key)");
            }
            Optional<ViewServer.Tls> tls =
                    certificate.flatMap(c -> key.map(k -> new ViewServer.Tls(c, k)));
            return new ViewServer.Settings(
                    root.key("host").text("127.0.0.1"),
                    root.key("port").integer(PORT),
                    tls.isPresent() || root.key("secure").flag(false),
                    root.key("behind-proxy").flag(false),
                    tls,
                    root.key("export-rows").integer(EXPORTED));
        }

        private Optional<Nats> nats() {
            ConfigReader nats = root.key("nats");
            List<String> servers = nats.key("servers").texts();
            Optional<Login> login = login(nats);
            Optional<Path> ca = nats.key("ca").file(folder);
            return servers.isEmpty()
                    ? Optional.empty()
                    : login.map(found -> new Nats(servers, found, ca));
        }

        private Witnesses witnesses() {
            List<CosignatureVerifier> keys = new ArrayList<>();
            for (ConfigReader item : root.key("witnesses").items()) {
                item.value(Reading::witness).ifPresent(keys::add);
            }
            return new Witnesses(keys);
        }

        private static CosignatureVerifier witness(String vkey) {
            try {
                return CosignatureVerifier.parse(vkey, Ed25519.best());
            } catch (BadNote e) {
                throw new IllegalArgumentException(
                        "%s (expected: name+id+key as countersign audit key --witness prints it)"
                                .formatted(e.getMessage()),
                        e);
            }
        }

        private Optional<Login> login(ConfigReader at) {
            Optional<Path> credentials = at.key("credentials").file(folder);
            Optional<Path> seed = at.key("nkey-seed").file(folder);
            if (credentials.isPresent() && seed.isPresent()) {
                at.refuse("several logins (expected: one of credentials or nkey-seed)");
            }
            return credentials
                    .map(file -> new Login(file, false))
                    .or(() -> seed.map(file -> new Login(file, true)));
        }

        private Optional<Admin> admin() {
            Optional<Path> key = root.key("admin").key("key").file(folder);
            Optional<String> cluster = root.key("admin").key("cluster").text();
            if (key.isPresent() != cluster.isPresent()) {
                root.key("admin").refuse("half of it (expected: key and cluster)");
            }
            Optional<Login> login = login(root.key("admin"));
            return key.flatMap(k -> cluster.map(c -> new Admin(k, c, login)));
        }

        private Optional<Oidc> oidc(ConfigReader oidc) {
            Optional<URI> issuer = uri(oidc.key("issuer"));
            Optional<URI> redirect = uri(oidc.key("redirect"));
            Optional<String> client = oidc.key("client-id").text();
            if (client.isEmpty()) {
                oidc.refuse("no client-id (expected: it)");
            }
            Map<Role, List<String>> roles = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                roles.put(role, oidc.key("roles").key(role.word()).texts());
            }
            Map<String, List<String>> accounts = new HashMap<>();
            oidc.key("accounts")
                    .entries()
                    .forEach((group, list) -> accounts.put(group, list.texts()));
            if (issuer.isEmpty() || redirect.isEmpty() || client.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    new Oidc(
                            new OidcSettings(
                                    oidc.key("title").text("single sign-on"),
                                    issuer.get(),
                                    client.get(),
                                    Optional.empty(),
                                    redirect.get(),
                                    oidc.key("scope").text("openid profile"),
                                    oidc.key("name-claim").text("preferred_username"),
                                    oidc.key("groups-claim").text("groups"),
                                    roles,
                                    accounts),
                            oidc.key("secret-file").file(folder)));
        }

        private static Optional<URI> uri(ConfigReader key) {
            Optional<String> text = key.text();
            if (text.isEmpty() || !text.get().matches("https?://[^\\s]+")) {
                key.refuse("expected: an address that begins with https://");
                return Optional.empty();
            }
            return Optional.of(URI.create(text.get()));
        }
    }
}
