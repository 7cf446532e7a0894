// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Mode;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.SharedSecret;
import io.countersign.setup.AccountFile;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.PushReport;
import io.countersign.setup.ServerVersion;
import io.countersign.setup.SetupOptions;
import io.countersign.setup.StaticSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A system without processes: the files are what setup writes, instances have in force what those
 * files say at that moment, and servers ask with the keys that a test gives them. It is whom a
 * rotation asks, and whom it tells.
 */
final class PaperSystem implements Reach, Teller {
    static final Surroundings SURROUNDINGS = new Surroundings(Map.of(), Optional.of("a"));

    final Path folder;
    final List<String> told = new ArrayList<>();
    final List<String> questions = new ArrayList<>();
    final Set<String> silent = new LinkedHashSet<>();

    /** Server by name: the key that it asks with, of the kind that a test is about; or none yet. */
    final Map<String, Optional<String>> servers = new LinkedHashMap<>();

    /** Server by name: who signed the sentinel that its clients come with. */
    final Map<String, String> sentinels = new LinkedHashMap<>();

    /** Name of the cluster secret that instances were started with; empty: that of the files. */
    Optional<String> runningWith = Optional.empty();

    /** Administrators' keys: when they came last. */
    final Map<String, Instant> adminUses = new LinkedHashMap<>();

    /** Whom keys let in. */
    final List<Signed> signed = new ArrayList<>();

    Optional<byte[]> accountJwt = Optional.empty();
    boolean isListing = true;
    boolean isYes = true;

    /** Answers to the first questions; then it is {@link #isYes}. */
    Iterator<Boolean> answers = Collections.emptyIterator();

    Instant lastLogin = Instant.EPOCH;

    /** Instances whose own files are as they were. */
    final Map<String, InstanceKeys> left = new LinkedHashMap<>();

    /** Runs at each pause: what others do meanwhile. */
    Runnable meanwhile = () -> {};

    private final KeyKind kind;

    private PaperSystem(Path folder, KeyKind kind) {
        this.folder = folder;
        this.kind = kind;
    }

    static PaperSystem ofStatic(Path dir, KeyKind kind) throws Exception {
        Path folder =
                new StaticSetup(_ -> "$2a$hash", new SecureRandom()).run(options(dir)).folder();
        PaperSystem system = new PaperSystem(folder, kind);
        system.configured().stream()
                .findFirst()
                .ifPresent(key -> {
                    system.servers.put("n1", Optional.of(key));
                    system.servers.put("n2", Optional.of(key));
                });
        return system;
    }

    static PaperSystem ofOperator(Path dir, KeyKind kind) throws Exception {
        Path folder =
                new OperatorSetup(
                                Ed25519.best(),
                                _ -> "$2a$hash",
                                new SecureRandom(),
                                Clock.systemUTC())
                        .run(options(dir))
                        .folder();
        PaperSystem system = new PaperSystem(folder, kind);
        system.servers.put("n1", Optional.of(system.configured().getFirst()));
        String account = kind == KeyKind.SIGNING ? "APP" : "AUTH";
        system.accountJwt =
                Optional.of(Files.readAllBytes(folder.resolve("accounts/" + account + ".jwt")));
        return system;
    }

    private static SetupOptions options(Path dir) {
        return SetupOptions.in(dir.resolve("house"))
                .withOldestServer(ServerVersion.parse("2.11.2"));
    }

    Path config() {
        return folder.resolve("countersign.yaml");
    }

    String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    /** Public keys that the configuration names, of the kind. */
    List<String> configured() {
        ServiceConfig config = ServiceConfig.load(config(), SURROUNDINGS);
        return switch (kind) {
            case XKEY -> keys(config.keys().xkeys(), NKeyType.CURVE);
            case ISSUER -> keys(kept(config.keys().issuers()), NKeyType.ACCOUNT);
            case SIGNING -> signing(config);
            case ADMIN, CLUSTER -> List.of();
        };
    }

    /** Of the account that rotations of signing keys are about. */
    private static List<String> signing(ServiceConfig config) {
        return config.mode() instanceof Mode.Operator operator
                ? operator.accounts().entrySet().stream()
                        .filter(it -> it.getKey().equals("APP"))
                        .flatMap(it ->
                                keys(kept(it.getValue().signingKeys()), NKeyType.ACCOUNT).stream())
                        .toList()
                : List.of();
    }

    private static List<SecretSource> kept(List<SigningKey> keys) {
        return keys.stream().map(it -> ((SigningKey.Kept) it).seed()).toList();
    }

    private static List<String> keys(List<SecretSource> sources, NKeyType type) {
        List<String> keys = new ArrayList<>();
        for (SecretSource source : sources) {
            try (Seed seed = new Secrets(Map.of()).seed(source, type)) {
                keys.add(seed.publicKey().text());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return keys;
    }

    private String of() {
        return kind == KeyKind.SIGNING ? "APP" : "";
    }

    Rotation rotation(Choices choices) throws RotationStopped {
        return Rotation.of(kind, of(), config(), SURROUNDINGS, this, this, choices);
    }

    InstanceKeys inForce(String name) {
        ServiceConfig config = ServiceConfig.load(config(), SURROUNDINGS);
        List<String> issuers = keys(kept(config.keys().issuers()), NKeyType.ACCOUNT);
        return new InstanceKeys(
                name,
                keys(config.keys().xkeys(), NKeyType.CURVE),
                config.mode() instanceof Mode.Static ? issuers : List.of(issuers.getFirst()),
                config.mode() instanceof Mode.Operator
                        ? Map.of("APP", signing(config).getFirst())
                        : Map.of(),
                uses(),
                sentinels.entrySet().stream()
                        .map(it ->
                                new SentinelUse(
                                        "id-" + it.getKey(), it.getKey(), it.getValue(), lastLogin))
                        .toList(),
                config.admins().stream()
                        .map(it ->
                                new AdminUse(
                                        it.name(),
                                        it.key(),
                                        Optional.ofNullable(adminUses.get(it.key()))))
                        .toList(),
                clusterSecrets(config),
                List.of());
    }

    /** The first one changes only with a restart. */
    private List<String> clusterSecrets(ServiceConfig config) {
        List<String> names = new ArrayList<>();
        names.add(runningWith.orElseGet(() -> name(config.keys().clusterSecret().orElseThrow())));
        config.keys().otherClusterSecrets().forEach(it -> names.add(name(it)));
        return names;
    }

    static String name(SecretSource secret) {
        try {
            return SharedSecret.name(new Secrets(Map.of()).bytes(secret));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ServerUse> uses() {
        List<ServerUse> uses = new ArrayList<>();
        servers.forEach((name, key) ->
                key.ifPresent(it ->
                        uses.add(
                                new ServerUse(
                                        "id-" + name,
                                        name,
                                        kind == KeyKind.XKEY ? it : "",
                                        kind == KeyKind.ISSUER ? it : "",
                                        lastLogin))));
        return uses;
    }

    @Override
    public Fleet instances() {
        List<InstanceKeys> all = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            if (!silent.contains(name)) {
                all.add(left.containsKey(name) ? left.get(name) : inForce(name));
            }
        }
        return new Fleet(all, List.copyOf(silent));
    }

    @Override
    public Optional<Servers> servers() {
        return isListing
                ? Optional.of(
                        new Servers(
                                servers.keySet().stream()
                                        .map(name -> new Server("id-" + name, name))
                                        .toList(),
                                List.of()))
                : Optional.empty();
    }

    @Override
    public List<Version> versions(NKey account) {
        return accountJwt.map(jwt -> new Version("server n1", jwt)).stream().toList();
    }

    @Override
    public List<Signed> signed(NKey account) {
        return List.copyOf(signed);
    }

    /** As servers do: they have it, and the file is what they have. */
    @Override
    public PushReport push(AccountFile account) {
        try {
            PushReport report = PaperPush.run(account);
            accountJwt = Optional.of(Files.readAllBytes(account.path()));
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void tell(String line) {
        told.add(line);
    }

    @Override
    public boolean agrees(String question) {
        questions.add(question);
        return answers.hasNext() ? answers.next() : isYes;
    }

    @Override
    public void pause(Duration time) {
        meanwhile.run();
    }
}
