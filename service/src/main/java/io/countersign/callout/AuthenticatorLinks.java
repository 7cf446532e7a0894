// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.AuthenticatorConfig;
import io.countersign.config.ConfigOutline;
import io.countersign.config.KeyPath;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.Sha2;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Backend;
import io.countersign.identity.BackendLink;
import io.countersign.identity.Identity;
import io.countersign.identity.Link;
import io.countersign.identity.LinkLimits;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The links of the configured authenticators. One that a reload does not touch stays as it is, with
 * its connections, keys and answers; one that is gone is closed when no request can be using it any
 * more. Reloads run one at a time; {@link #forget} and {@link #statuses} may be called by anybody.
 */
public final class AuthenticatorLinks implements AutoCloseable {
    /** Longer than any request takes. */
    private static final Duration LAST_USE = Duration.ofSeconds(10);

    private final AuthenticatorFactory factory;
    private final Secrets secrets;
    private final SecureRandom random;
    private final LongSupplier nanoClock;
    private final KeyedHash secretHash;
    private volatile Map<String, Made> inUse = Map.of();

    /** One and what it was made of. */
    private record Made(AuthenticatorConfig config, String content, String proof, Link link) {
        boolean isStill(AuthenticatorConfig now, String nowContent, String nowProof) {
            return config.equals(now) && content.equals(nowContent) && proof.equals(nowProof);
        }
    }

    public AuthenticatorLinks(
            AuthenticatorFactory factory,
            Secrets secrets,
            SecureRandom random,
            LongSupplier nanoClock) {
        this.factory = factory;
        this.secrets = secrets;
        this.random = random;
        this.nanoClock = nanoClock;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.secretHash = KeyedHash.of(key);
    }

    /** Links that can come into use, in the order of the configuration. */
    public final class Next {
        private final Map<String, Made> made;

        private Next(Map<String, Made> made) {
            this.made = made;
        }

        /** In order. */
        public List<Link> links() {
            return made.values().stream().map(Made::link).toList();
        }

        /** For the revision: what was written and what is in the files, without secrets. */
        public List<String> contents() {
            return made.values().stream()
                    .map(each -> each.config().written() + each.content())
                    .toList();
        }

        /** Takes the place of those before; they are closed a little later. */
        public void use() {
            Map<String, Made> before = inUse;
            // Not a copyOf: statuses come in the order of the configuration.
            inUse = Collections.unmodifiableMap(made);
            made.values().stream()
                    .filter(each -> !before.containsValue(each))
                    .forEach(AuthenticatorLinks::warmUp);
            List<Made> gone =
                    before.values().stream().filter(each -> !made.containsValue(each)).toList();
            CompletableFuture.delayedExecutor(LAST_USE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> gone.forEach(AuthenticatorLinks::close));
        }

        /** Closes what is new of them. */
        public void discard() {
            made.values().stream()
                    .filter(each -> !inUse.containsValue(each))
                    .forEach(AuthenticatorLinks::close);
        }
    }

    /** Makes what is new of them; what cannot be made becomes a problem of the file. */
    public Next next(Path file, List<AuthenticatorConfig> configs, Problems problems) {
        Map<String, Made> made = new LinkedHashMap<>();
        for (int i = 0; i < configs.size(); i++) {
            AuthenticatorConfig config = configs.get(i);
            KeyPath at = KeyPath.ROOT.key("authenticators").index(i).key(config.kind().word());
            try {
                made.put(config.name(), made(config));
            } catch (IOException | IllegalArgumentException e) {
                problems.add(problem(file, at, message(e)));
            }
        }
        return new Next(made);
    }

    private Made made(AuthenticatorConfig config) throws IOException {
        String content = content(config);
        String proof = proof(config);
        Made before = inUse.get(config.name());
        if (before != null && before.isStill(config, content, proof)) {
            return before;
        }
        return new Made(config, content, proof, link(config));
    }

    private Link link(AuthenticatorConfig config) throws IOException {
        Authenticator authenticator = factory.make(config);
        return authenticator instanceof Backend backend
                ? new BackendLink(backend, limits(config), random, nanoClock)
                : Link.local(authenticator);
    }

    private static LinkLimits limits(AuthenticatorConfig config) {
        LinkLimits usual = config.limits();
        return config.kind().paces()
                ? new LinkLimits(
                        usual.atOnce(), usual.time(), LinkLimits.Breaking.NEVER, usual.keeping())
                : usual;
    }

    private static String content(AuthenticatorConfig config) throws IOException {
        List<String> digests = new ArrayList<>();
        for (Path path : config.kind().allFiles().toList()) {
            digests.add(HexFormat.of().formatHex(Sha2.SHA_256.of(Files.readAllBytes(path))));
        }
        return String.join(" ", digests);
    }

    /** Tells whether a secret changed, and nothing else. */
    private String proof(AuthenticatorConfig config) throws IOException {
        List<String> fingerprints = new ArrayList<>();
        for (SecretSource source : config.kind().allSecrets().toList()) {
            fingerprints.add(secretHash.fingerprint(secrets.bytes(source)));
        }
        return String.join(" ", fingerprints);
    }

    private static Problem problem(Path file, KeyPath at, String message) {
        return ConfigOutline.read(file)
                .map(outline -> outline.problem(at, message))
                .orElseGet(() -> new Problem(file, 0, at.toString(), message));
    }

    private static String message(Exception e) {
        // A file system's message is only the path.
        String kind = e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " : "";
        return kind + e.getMessage();
    }

    /** Forgets every yes about these: for a revocation. */
    public void forget(Predicate<Identity> whom) {
        backends().forEach(link -> link.forget(whom));
    }

    /** How those that ask somebody fare. */
    public List<BackendLink.Status> statuses() {
        return backends().map(BackendLink::status).toList();
    }

    private Stream<BackendLink> backends() {
        return inUse.values().stream()
                .flatMap(each ->
                        each.link() instanceof BackendLink link ? Stream.of(link) : Stream.empty());
    }

    private static void warmUp(Made made) {
        if (made.link() instanceof BackendLink link) {
            link.warmUp();
        }
    }

    private static void close(Made made) {
        if (made.link() instanceof BackendLink link) {
            link.close();
        }
    }

    @Override
    public void close() {
        inUse.values().forEach(AuthenticatorLinks::close);
        inUse = Map.of();
    }
}
