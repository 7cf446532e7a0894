// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.EntryIds;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.SessionLookup;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.kit.CheapHash;
import io.countersign.kit.RecordingTrail;
import io.countersign.kit.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of an instance in static mode with real keys, and its request path in memory. In an
 * edition, alice is in the group of its name, and only that group gets in, to subjects of its name:
 * whoever mixed two editions would refuse her, or let her in to the wrong subjects.
 */
final class ReloadFolder implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Clock CLOCK = Clock.fixed(Requests.NOW, ZoneOffset.UTC);
    private static final Surroundings SURROUNDINGS = new Surroundings(Map.of(), Optional.of("one"));

    final Path path;
    final NKey xkey;
    final NKey issuer;
    final RecordingTrail trail = new RecordingTrail();
    private final PasswordPool pool = new PasswordPool(1, 64);
    private final KeyedHash hash = KeyedHash.of(new byte[32]);
    private final AuditDrafts drafts =
            new AuditDrafts(
                    "one", new EntryIds(CLOCK, RANDOM), CLOCK, System::nanoTime, hash::fingerprint);

    ReloadFolder(Path path) throws IOException {
        this.path = path;
        Files.createDirectories(path.resolve("keys"));
        xkey = key("xkey", NKeyType.CURVE);
        issuer = key("issuer", NKeyType.ACCOUNT);
        key("callout", NKeyType.USER);
        write(
                "countersign.yaml",
                """
                instance: one
                mode: static
                nats:
                  servers: [nats://127.0.0.1:4222]
                  callout: {nkey-seed: keys/callout.nk}
                keys:
                  xkeys: [keys/xkey.nk]
                  issuers: [keys/issuer.nk]
                accounts:
                  APP: {}
                users: users.yaml
                """);
        edition("first");
    }

    NKey key(String name, NKeyType type) throws IOException {
        try (Seed seed = Seed.generate(type, RANDOM)) {
            seed.write(path.resolve("keys").resolve(name + ".nk"));
            return seed.publicKey();
        }
    }

    /** Writes users and policy of an edition. */
    void edition(String name) throws IOException {
        write("users.yaml", users(name, PASSWORD));
        write("policy.yaml", policy(name));
    }

    static String users(String group, String password) {
        return """
        version: 1
        users:
          - name: alice
            password: "%s"
            groups: [%s]
        """
                .formatted(CheapHash.of(password).encoded(), group);
    }

    static String policy(String group) {
        return """
        version: 1
        rules:
          - id: rule-%1$s
            when: {source: users, groups: %1$s}
            grant: {account: APP, publish: {allow: ["%1$s.>"]}}
        """
                .formatted(group);
    }

    /** Puts a file in its place at once, as careful tools do. */
    void write(String name, String text) throws IOException {
        Path fresh = Files.writeString(path.resolve(name + ".fresh"), text);
        Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    void replace(String name, String old, String with) throws IOException {
        write(name, Files.readString(path.resolve(name)).replace(old, with));
    }

    Generations generations() {
        Secrets secrets = new Secrets(Map.of());
        VerifiedPasswords passwords =
                new VerifiedPasswords(
                        pool, VerifiedPasswords.Limits.DEFAULT, RANDOM, System::nanoTime);
        Path file = path.resolve("countersign.yaml");
        ServiceConfig config = ServiceConfig.load(file, SURROUNDINGS);
        CredentialFingerprints fingerprints = new CredentialFingerprints(hash);
        AuthenticatorFactory factory =
                new AuthenticatorFactory(
                        secrets, Ed25519.best(), fingerprints, passwords, CLOCK, System::nanoTime);
        GenerationLoader loader =
                new GenerationLoader(
                        Ed25519.best(),
                        secrets,
                        passwords,
                        fingerprints,
                        (server, cid, deadline) -> new SessionLookup.Unknown(),
                        RANDOM,
                        config.limits().clockSkew(),
                        new AuthenticatorLinks(factory, secrets, RANDOM, System::nanoTime));
        Generations.Source source = new Generations.Source(file, SURROUNDINGS, loader, secrets);
        return new Generations(source, config, source.first(config), drafts, trail, CLOCK);
    }

    Callout callout(Generations generations) {
        return new Callout(
                generations::current,
                KnownServers.ANY,
                drafts,
                trail,
                new Sessions(CLOCK),
                new Revocations(),
                Throttles.none(),
                CanaryMark.own(new SecureRandom()),
                new Decisions(),
                new Limits(Duration.ofSeconds(30), Duration.ofSeconds(5), WhenUnable.SILENT),
                CLOCK);
    }

    /** Alice at the door of a server of ours. */
    Requests alice(String password) {
        return Requests.server().subject(issuer.text()).password("alice", password);
    }

    Inbound sealed(Requests client) {
        Requests.Sealed box = client.sealed(xkey);
        return new Inbound(
                box.payload(),
                List.of(box.serverXKey().text()),
                true,
                Requests.NOW,
                System.nanoTime());
    }

    @Override
    public void close() {
        pool.close();
    }
}
