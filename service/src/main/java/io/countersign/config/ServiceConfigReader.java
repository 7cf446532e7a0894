// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.config.ServiceConfig.AcceptServers;
import io.countersign.config.ServiceConfig.Audit;
import io.countersign.config.ServiceConfig.Durability;
import io.countersign.config.ServiceConfig.Keys;
import io.countersign.config.ServiceConfig.Limits;
import io.countersign.config.ServiceConfig.ListenAddress;
import io.countersign.config.ServiceConfig.PasswordCache;
import io.countersign.config.ServiceConfig.Retention;
import io.countersign.config.ServiceConfig.Stream;
import io.countersign.config.ServiceConfig.WhenUnable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code countersign.yaml} after its schema has judged it, with the rules between keys. */
final class ServiceConfigReader {
    private static final int MAX_INSTANCE = 32;
    private static final String DEFAULT_GRID = "127.0.0.1:5701";
    private static final String DEFAULT_LISTEN = "127.0.0.1:9464";

    private static final Duration CANARY = Duration.ofSeconds(3);
    private static final Duration FASTEST_CANARY = Duration.ofSeconds(1);

    /** Slower, and a failure would not be known within ten seconds. */
    private static final Duration SLOWEST_CANARY = Duration.ofSeconds(5);

    /** One decision in so many is traced. */
    private static final int TRACED = 100;

    private static final Duration WITNESS = Duration.ofSeconds(30);
    private static final Duration FASTEST_WITNESS = Duration.ofSeconds(1);
    private static final Duration SLOWEST_WITNESS = Duration.ofHours(1);

    private final ConfigReader root;
    private final Surroundings surroundings;
    private final Folder folder;
    private final SigningKeyReader signing;
    private final SecretReader secrets;

    ServiceConfigReader(ConfigReader root, Surroundings surroundings) {
        this.root = root;
        this.surroundings = surroundings;
        this.folder = root.folder();
        this.signing =
                new SigningKeyReader(
                        root, folder, new SecretReader(folder, surroundings.environment()));
        this.secrets = signing.secrets();
    }

    Optional<ServiceConfig> read() {
        Optional<String> instance = instance(root.key("instance"));
        Optional<NatsConfig> nats =
                new NatsConfigReader(folder, secrets)
                        .read(root.key("nats"), root.key("mode").text());
        Optional<Keys> keys = keys(root.key("keys"));
        Path policy =
                root.key("policy").file(folder).orElseGet(() -> folder.resolve("policy.yaml"));
        Optional<Path> shadowPolicy = root.key("shadow-policy").file(folder);
        Optional<Path> users = root.key("users").file(folder);
        List<AuthenticatorConfig> authenticators =
                new AuthenticatorsReader(folder, secrets).read(root.key("authenticators"));
        Optional<Limits> limits = limits(root.key("limits"));
        WhenUnable whenUnable = root.key("when-unable").word(WhenUnable.class, WhenUnable.SILENT);
        AcceptServers acceptServers = acceptServers();
        Optional<PasswordCache> passwordCache = passwordCache(root.key("password-cache"));
        Optional<Audit> audit = audit(root.key("audit"));
        ConfigReader telemetry = root.key("telemetry");
        Optional<ListenAddress> listen = listen(telemetry.key("listen"));
        Optional<TelemetryConfig.Canary> canary = canary(telemetry.key("canary"));
        Optional<TelemetryConfig.Traces> traces = traces(telemetry.key("traces"));
        Optional<ClusterNetwork> clusterNetwork = clusterNetwork(root.key("cluster-network"));
        List<Admin> admins =
                root.key("admins").items().stream().flatMap(each -> admin(each).stream()).toList();
        Optional<List<ThrottleConfig>> throttles = ThrottleConfigReader.read(root.key("throttles"));
        Optional<Mode> mode = new ModeReader(root, signing).read();
        return root.build(() ->
                new ServiceConfig(
                        instance.orElseThrow(),
                        root.key("cluster").text("countersign"),
                        mode.orElseThrow(),
                        nats.orElseThrow(),
                        keys.orElseThrow(),
                        policy,
                        shadowPolicy,
                        users,
                        authenticators,
                        limits.orElseThrow(),
                        whenUnable,
                        acceptServers,
                        passwordCache.orElseThrow(),
                        audit.orElseThrow(),
                        new TelemetryConfig(listen, canary, traces),
                        clusterNetwork,
                        admins,
                        throttles));
    }

    private Optional<String> instance(ConfigReader at) {
        if (at.isPresent()) {
            return at.text();
        }
        String name =
                surroundings
                        .hostName()
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .replaceFirst("\\..*", "")
                        .replaceAll("[^a-z0-9-]", "-")
                        .replaceFirst("^-+", "");
        if (name.isEmpty() || name.length() > MAX_INSTANCE) {
            // Cutting it would give two pods of one set the same name.
            at.refuse(
                    "missing, and the host name is no default (expected: 1 to 32 of a-z, 0-9, -)");
            return Optional.empty();
        }
        return Optional.of(name);
    }

    private Optional<Keys> keys(ConfigReader at) {
        List<SecretSource> xkeys = secrets(at.key("xkeys"));
        List<SigningKey> issuers = signing.list(at.key("issuers"));
        boolean isSealed = at.key("sealed").flag(true);
        if (at.isSound() && isSealed && xkeys.isEmpty()) {
            at.key("xkeys")
                    .refuse("missing (expected: curve seeds, or sealed: false for clear requests)");
        }
        if (at.isSound() && !isSealed && !xkeys.isEmpty()) {
            at.key("sealed").refuse("false, but there are xkeys (expected: one or the other)");
        }
        Optional<SecretSource> clusterSecret = secrets.read(at.key("cluster-secret"));
        List<SecretSource> others = secrets(at.key("other-cluster-secrets"));
        Optional<SecretSource> fingerprints = secrets.read(at.key("fingerprint-secret"));
        if (at.isSound()
                && clusterSecret.isEmpty()
                && !(others.isEmpty() && fingerprints.isEmpty())) {
            at.key("cluster-secret").refuse("missing (expected: one beside the others)");
        }
        return at.build(() -> new Keys(xkeys, issuers, clusterSecret, others, fingerprints));
    }

    private List<SecretSource> secrets(ConfigReader list) {
        return list.items().stream().flatMap(item -> secrets.read(item).stream()).toList();
    }

    private Optional<Limits> limits(ConfigReader at) {
        int queue = at.key("queue").integer(4096);
        int concurrency = at.key("concurrency").integer(256);
        Duration deadline =
                at.key("deadline")
                        .duration(
                                Duration.ofMillis(1500),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(2));
        Duration clockSkew =
                at.key("clock-skew")
                        .duration(Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(60));
        return at.build(() -> new Limits(queue, concurrency, deadline, clockSkew));
    }

    private AcceptServers acceptServers() {
        ConfigReader at = root.key("accept-servers");
        boolean isKnowable = root.key("nats").key("system").isPresent();
        AcceptServers accept =
                at.word(AcceptServers.class, isKnowable ? AcceptServers.KNOWN : AcceptServers.ANY);
        if (accept == AcceptServers.KNOWN && !isKnowable) {
            at.refuse("known, but without nats.system nobody can be asked (expected: both)");
        }
        return accept;
    }

    private Optional<PasswordCache> passwordCache(ConfigReader at) {
        int entries = at.key("entries").integer(100_000);
        Duration lifetime =
                at.key("for")
                        .duration(
                                Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofHours(1));
        return at.build(() -> new PasswordCache(entries, lifetime));
    }

    private Optional<Audit> audit(ConfigReader at) {
        Path directory = at.key("directory").file(folder).orElseGet(() -> folder.resolve("audit"));
        Durability durability = at.key("durability").word(Durability.class, Durability.LOCAL);
        if (durability == Durability.REPLICATED
                && !root.key("nats").key("operations").isPresent()) {
            at.key("durability")
                    .refuse("replicated, but there is no nats.operations (expected: both)");
        }
        int spool = at.key("spool").integer(0);
        if (spool > 0 && durability != Durability.LOCAL) {
            at.key("spool").refuse("with another durability than local (expected: local, or 0)");
        }
        Optional<Retention> retention = retention(at.key("retention"));
        Optional<Stream> stream = stream(at.key("stream"));
        Optional<Duration> witness = witness(at.key("witness"));
        List<SinkConfig> sinks = new SinkConfigReader(folder, secrets).read(at.key("sinks"));
        return at.build(() ->
                new Audit(
                        directory,
                        durability,
                        spool,
                        retention.orElseThrow(),
                        stream.orElseThrow(),
                        witness,
                        sinks));
    }

    private static Optional<Retention> retention(ConfigReader at) {
        ConfigReader age = at.key("age");
        ConfigReader bytes = at.key("bytes");
        Duration longest = age.duration(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(3650));
        long most = bytes.size(0, 16 << 20, 1L << 40);
        return at.build(() ->
                new Retention(
                        age.isPresent() ? Optional.of(longest) : Optional.empty(),
                        bytes.isPresent() ? OptionalLong.of(most) : OptionalLong.empty()));
    }

    private static Optional<Stream> stream(ConfigReader at) {
        ConfigReader replicas = at.key("replicas");
        ConfigReader maxAge = at.key("max-age");
        ConfigReader maxBytes = at.key("max-bytes");
        int copies = replicas.integer(1);
        Duration age = maxAge.duration(Duration.ZERO, Duration.ofHours(1), Duration.ofDays(3650));
        long bytes = maxBytes.size(0, 1 << 20, 1L << 40);
        boolean create = at.key("create").flag(true);
        boolean update = at.key("update").flag(false);
        return at.build(() ->
                new Stream(
                        replicas.isPresent() ? OptionalInt.of(copies) : OptionalInt.empty(),
                        maxAge.isPresent() ? Optional.of(age) : Optional.empty(),
                        maxBytes.isPresent() ? OptionalLong.of(bytes) : OptionalLong.empty(),
                        create,
                        update));
    }

    private static Optional<Duration> witness(ConfigReader at) {
        return at.text("").equals("off")
                ? Optional.empty()
                : Optional.of(at.duration(WITNESS, FASTEST_WITNESS, SLOWEST_WITNESS));
    }

    private static Optional<ListenAddress> listen(ConfigReader at) {
        String text = at.text(DEFAULT_LISTEN);
        if (text.equals("off")) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65_535) {
            return at.refuseValue("(expected: a port of 0 to 65535)");
        }
        return Optional.of(address(text, colon, port));
    }

    private Optional<TelemetryConfig.Canary> canary(ConfigReader at) {
        if (!at.isPresent() || !at.isSound()) {
            return Optional.empty();
        }
        ConfigReader user = at.key("user");
        ConfigReader password = at.key("password");
        ConfigReader token = at.key("token");
        if (user.isPresent() != password.isPresent() || user.isPresent() == token.isPresent()) {
            at.refuse("does not say who it is (expected: user with password, or token)");
            return Optional.empty();
        }
        Optional<SecretSource> credentials = secrets.read(at.key("credentials"));
        Optional<SecretSource> proof = secrets.read(password);
        Optional<SecretSource> bearer = secrets.read(token);
        Duration every = at.key("every").duration(CANARY, FASTEST_CANARY, SLOWEST_CANARY);
        return at.build(
                () -> new TelemetryConfig.Canary(user.text(), proof, bearer, credentials, every));
    }

    private Optional<TelemetryConfig.Traces> traces(ConfigReader at) {
        Optional<URI> endpoint = WebAddress.read(at.key("endpoint"), "https");
        int oneIn = at.key("one-in").integer(TRACED);
        Optional<NatsConfig.Tls> tls = new TlsReader(folder, secrets).read(at.key("tls"));
        Optional<SecretSource> token = secrets.read(at.key("token"));
        return at.isSound()
                ? endpoint.map(it -> new TelemetryConfig.Traces(it, oneIn, tls, token))
                : Optional.empty();
    }

    private static Optional<Admin> admin(ConfigReader at) {
        String name = at.key("name").text("");
        String key = at.key("key").text("");
        Admin.Role role = at.key("role").word(Admin.Role.class, Admin.Role.VIEW);
        return at.build(() -> new Admin(name, key, role));
    }

    private Optional<ClusterNetwork> clusterNetwork(ConfigReader at) {
        if (!at.isPresent() || !at.isSound()) {
            return Optional.empty();
        }
        if (!root.key("keys").key("cluster-secret").isPresent()) {
            at.refuse("needs keys.cluster-secret (expected: both)");
            return Optional.empty();
        }
        ConfigReader listen = at.key("listen");
        String text = listen.text(DEFAULT_GRID);
        int colon = text.lastIndexOf(':');
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65_535) {
            return listen.refuseValue("(expected: a port of 1 to 65535)");
        }
        List<String> members = at.key("members").texts();
        int instances = at.key("instances").integer(members.size());
        return at.build(() -> new ClusterNetwork(address(text, colon, port), members, instances));
    }

    private static ListenAddress address(String text, int colon, int port) {
        String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        return new ListenAddress(host, port);
    }
}
