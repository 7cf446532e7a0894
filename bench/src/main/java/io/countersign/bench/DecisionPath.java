// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.CheckpointListener;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Receipt;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.TrailSettings;
import io.countersign.callout.AuthenticatorFactory;
import io.countersign.callout.AuthenticatorLinks;
import io.countersign.callout.Callout;
import io.countersign.callout.CanaryMark;
import io.countersign.callout.Decisions;
import io.countersign.callout.Generation;
import io.countersign.callout.GenerationLoader;
import io.countersign.callout.KnownServers;
import io.countersign.callout.Limits;
import io.countersign.callout.WhenUnable;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.SessionLookup;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupOptions;
import io.countersign.setup.StaticSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Everything between sealed bytes and sealed answer, built from files that {@code setup} wrote, as
 * {@code serve} does it; only NATS itself is missing. The clock stands still, so that requests can
 * be made before the measurement begins.
 */
final class DecisionPath implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Long, so that a stall of a shared machine is a slow result and not a failed run. */
    private static final Duration BUDGET = Duration.ofMinutes(1);

    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final String TOKEN = HexFormat.of().formatHex(RANDOM.generateSeed(32));

    /** What happens to entries. */
    enum Trail {
        /** They are made, and thrown away. */
        OFF,
        /** On disk before the answer. */
        STRICT,
        /** Thrown away, and slowly: a regression in time and in bytes, to see it noticed. */
        PLANTED
    }

    private final Path folder;
    private final Shape shape;
    private final Ed25519 ed25519 = Ed25519.best();
    private final Instant now;
    private final Clock clock;
    private final PasswordPool pool = new PasswordPool(1, 10);
    private final KeyedHash fingerprints = KeyedHash.of(RANDOM.generateSeed(32));
    private final ServiceConfig config;
    private final Generation generation;
    private final AuditTrail trail;
    private final Optional<SqliteTrail> disk;

    private DecisionPath(
            Path folder, Shape shape, Trail trail, int otherRules, Optional<Recording> recording)
            throws SetupFailed, IOException, InvalidKey, TrailRefused {
        this.folder = folder;
        this.shape = shape;
        now = recording.map(Recording::asked).orElseGet(Instant::now);
        clock = Clock.fixed(now, ZoneOffset.UTC);
        Path made = folder.resolve("setup");
        setUp(made);
        addRules(made.resolve("policy.yaml"), otherRules);
        if (recording.isPresent()) {
            recording.get().furnish(made);
        }
        Path file = made.resolve("countersign.yaml");
        config = ServiceConfig.load(file, new Surroundings(Map.of(), Optional.of("bench")));
        generation = generation(file);
        disk = trail == Trail.STRICT ? Optional.of(openTrail()) : Optional.empty();
        this.trail =
                disk.<AuditTrail>map(d -> d)
                        .orElse(
                                trail == Trail.PLANTED
                                        ? new SlowDown(ed25519)
                                        : DecisionPath::forget);
    }

    /** Sets everything up below a temporary folder. */
    static DecisionPath of(Shape shape, Trail trail) {
        return of(shape, trail, 0);
    }

    /** With so many rules before the one that matches. */
    static DecisionPath of(Shape shape, Trail trail, int otherRules) {
        return of(shape, trail, otherRules, Optional.empty());
    }

    /** The service that this real request was for, at the moment at which it was asked. */
    static DecisionPath of(Recording recording) {
        Shape shape =
                new Shape(recording.mode(), recording.box(), Shape.Size.SMALL, Shape.Ask.ALLOW);
        return of(shape, Trail.OFF, 0, Optional.of(recording));
    }

    private static DecisionPath of(
            Shape shape, Trail trail, int otherRules, Optional<Recording> recording) {
        try {
            return new DecisionPath(
                    Files.createTempDirectory("countersign-bench-"),
                    shape,
                    trail,
                    otherRules,
                    recording);
        } catch (SetupFailed | IOException | InvalidKey | TrailRefused e) {
            throw new IllegalStateException("the benchmark's own setup failed", e);
        }
    }

    private void setUp(Path made) throws SetupFailed, IOException {
        SetupOptions options = SetupOptions.in(made);
        switch (shape.mode()) {
            case OPERATOR ->
                    new OperatorSetup(ed25519, password -> "unused", RANDOM, clock).run(options);
            case STATIC -> new StaticSetup(password -> "unused", RANDOM).run(options);
        }
        String users =
                """
                version: 1
                users:
                  - name: orders
                    tokens: [{ id: bench, hash: "sha256:%s" }]
                    groups: [app]
                """
                        .formatted(HexFormat.of().formatHex(sha256(TOKEN)));
        Files.writeString(made.resolve("users.yaml"), users);
        if (shape.box() == Shape.Box.CLEAR) {
            Path yaml = made.resolve("countersign.yaml");
            Files.writeString(
                    yaml,
                    Files.readString(yaml)
                            .replace("  xkeys: [keys/xkey.nk]\n", "  sealed: false\n"));
        }
    }

    private static void addRules(Path policy, int count) throws IOException {
        StringBuilder rules = new StringBuilder("rules:\n");
        for (int i = 0; i < count; i++) {
            rules.append(
                    "  - { id: other-%d, when: { groups: other-%d }, grant: { account: APP, roles: [app], expires: 1h } }%n"
                            .formatted(i, i));
        }
        Files.writeString(policy, Files.readString(policy).replace("rules:\n", rules));
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private Generation generation(Path file) {
        VerifiedPasswords passwords =
                new VerifiedPasswords(
                        pool, VerifiedPasswords.Limits.DEFAULT, RANDOM, System::nanoTime);
        SessionLookup nobody = (server, cid, deadline) -> new SessionLookup.Unknown();
        Secrets secrets = new Secrets(Map.of());
        CredentialFingerprints names = new CredentialFingerprints(fingerprints);
        AuthenticatorFactory factory =
                new AuthenticatorFactory(
                        secrets, ed25519, names, passwords, Clock.systemUTC(), System::nanoTime);
        return new GenerationLoader(
                        ed25519,
                        secrets,
                        passwords,
                        names,
                        nobody,
                        RANDOM,
                        SKEW,
                        new AuthenticatorLinks(factory, secrets, RANDOM, System::nanoTime))
                .load(file, config)
                .generation();
    }

    private SqliteTrail openTrail() throws TrailRefused, IOException {
        return SqliteTrail.open(
                TrailSettings.of(folder.resolve("audit"), "bench", "bench"),
                ed25519.signer(Seed.generate(NKeyType.ACCOUNT, RANDOM)),
                ed25519,
                Clock.systemUTC(),
                RANDOM,
                CheckpointListener.NONE);
    }

    static CompletableFuture<Receipt> forget(AuditEntry entry) {
        return CompletableFuture.completedFuture(new Receipt("", OptionalLong.empty()));
    }

    /** A path with nothing remembered of earlier requests, without throttles and revocations. */
    Callout fresh() {
        return fresh(new Guards(new Revocations(), Throttles.none()));
    }

    /** With these throttles and revocations. */
    Callout fresh(Guards guards) {
        return new Callout(
                () -> generation,
                KnownServers.ANY,
                drafts(),
                trail,
                new Sessions(clock),
                guards.revocations(),
                guards.throttles(),
                CanaryMark.own(new SecureRandom()),
                new Decisions(),
                new Limits(BUDGET, SKEW, WhenUnable.SILENT),
                clock);
    }

    AuditDrafts drafts() {
        return new AuditDrafts(
                "bench",
                new EntryIds(Clock.systemUTC(), RANDOM),
                clock,
                System::nanoTime,
                fingerprints::fingerprint);
    }

    /** A server that asks questions of this path's shape. */
    RecordedServer server() throws IOException {
        Optional<NKey> xkey = serviceXKey();
        String token = shape.ask() == Shape.Ask.ALLOW ? TOKEN : TOKEN.replace('0', '1') + "x";
        return new RecordedServer(ed25519, shape.size(), subject(), xkey, token, now);
    }

    private Optional<NKey> serviceXKey() {
        if (shape.box() == Shape.Box.CLEAR) {
            return Optional.empty();
        }
        try (Seed seed = Seed.read(folder.resolve("setup").resolve("keys").resolve("xkey.nk"))) {
            return Optional.of(seed.publicKey());
        } catch (IOException | InvalidKey e) {
            throw new IllegalStateException("the xkey that setup made cannot be read", e);
        }
    }

    private String subject() {
        return switch (config.mode()) {
            case io.countersign.config.Mode.Operator(var account, var accounts) -> account;
            case io.countersign.config.Mode.Static s -> issuer();
        };
    }

    private String issuer() {
        try (Seed seed = Seed.read(folder.resolve("setup").resolve("keys").resolve("issuer.nk"))) {
            return seed.publicKey().text();
        } catch (IOException | InvalidKey e) {
            throw new IllegalStateException("the issuer that setup made cannot be read", e);
        }
    }

    Generation generation() {
        return generation;
    }

    Ed25519 ed25519() {
        return ed25519;
    }

    Instant now() {
        return now;
    }

    /** Stands still. */
    Clock clock() {
        return clock;
    }

    /** Of the trail's files; 0 without one. */
    long trailBytes() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("audit"))) {
            long bytes = 0;
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    AuditTrail trail() {
        return trail;
    }

    /** Entries on disk; 0 without a trail. */
    long entries() {
        return disk.map(d -> d.status().size()).orElse(0L);
    }

    @Override
    public void close() throws IOException {
        pool.close();
        if (disk.isPresent()) {
            disk.get().close();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
