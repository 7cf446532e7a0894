// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.AuthenticatorConfig;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.Mode;
import io.countersign.config.PolicyFile;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.config.UsersFile;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.KeyRing;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Link;
import io.countersign.identity.SessionAuthenticator;
import io.countersign.identity.SessionLookup;
import io.countersign.identity.users.UnknownUser;
import io.countersign.identity.users.UserDirectory;
import io.countersign.identity.users.UsersAuthenticator;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.protocol.RequestVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds a whole {@link Generation} from the files: keys, users and policy together, or nothing at
 * all. What outlives a generation (verified passwords, the signature implementation) is passed in;
 * the boxes of xkeys that did not change are taken over with all that they know of servers, so that
 * a reload costs no X25519. Not thread-safe: one load at a time.
 */
public final class GenerationLoader {
    /** Name of the authenticator that knows users.yaml: the source of its principals. */
    public static final String USERS = UsersFile.SOURCE;

    private static final String SESSIONS = "session";
    private static final int SERVERS = 10_000;

    private final Ed25519 ed25519;
    private final Secrets secrets;
    private final SigningKeys signingKeys;
    private final VerifiedPasswords passwords;
    private final CredentialFingerprints fingerprints;
    private final SessionLookup sessions;
    private final SecureRandom random;
    private final Duration clockSkew;
    private final AuthenticatorLinks links;
    private Optional<KeyRing> former = Optional.empty();

    /**
     * Keeps what every generation uses.
     *
     * @param clockSkew one for all of them, because replays are remembered for as long as it asks
     * @param links the authenticators of the configuration; those that do not change stay in use
     */
    public GenerationLoader(
            Ed25519 ed25519,
            Secrets secrets,
            VerifiedPasswords passwords,
            CredentialFingerprints fingerprints,
            SessionLookup sessions,
            SecureRandom random,
            Duration clockSkew,
            AuthenticatorLinks links) {
        this.ed25519 = ed25519;
        this.secrets = secrets;
        this.signingKeys = new SigningKeys(ed25519, secrets);
        this.passwords = passwords;
        this.fingerprints = fingerprints;
        this.sessions = sessions;
        this.random = random;
        this.clockSkew = clockSkew;
        this.links = links;
    }

    /**
     * Loads everything that the configuration names.
     *
     * @param file the configuration's own file, for the address of problems
     * @throws ConfigInvalid with every problem of every file
     */
    public Loaded load(Path file, ServiceConfig config) {
        Problems problems = new Problems();
        Keys keys = new Keys(file, problems);
        List<Signer> issuers = keys.signers("keys.issuers", config.keys().issuers());
        Envelope envelope = keys.envelope(config, issuers);
        Optional<AnswerSigner> signer = keys.answerSigner(config.mode(), issuers);
        UsersFile.Loaded users =
                config.users()
                        .flatMap(path -> UsersFile.load(path, problems))
                        .orElse(UsersFile.Loaded.NONE);
        Optional<PolicyFile.Loaded> policy =
                PolicyFile.read(config.policy(), PolicyFile.context(config), problems);
        AuthenticatorLinks.Next next = links.next(file, config.authenticators(), problems);
        if (!problems.isEmpty()) {
            next.discard();
        }
        problems.throwIfAny();
        PolicyFile.Loaded rules = policy.orElseThrow();
        ShadowSource shadow = ShadowSource.read(file, config);
        Revision revision = new Revision().file(rules.digest()).file(users.digest());
        Generation generation =
                new Generation(
                        shadow.in(revision)
                                .keys(issuers, envelope)
                                .answers(config.mode(), signer.orElseThrow())
                                .clockSkew(clockSkew)
                                .authenticators(next.contents())
                                .name(),
                        envelope,
                        new RequestVerifier(ed25519, subjects(config.mode(), issuers), clockSkew),
                        chain(new UserDirectory(users.users()), next.links()),
                        rules.policy(),
                        shadow.policy().map(it -> ShadowPolicy.of(it.policy())),
                        signer.orElseThrow(),
                        new Generation.People(users.users(), sources(config)));
        former =
                envelope instanceof Envelope.Sealed(var ring)
                        ? Optional.of(ring)
                        : Optional.empty();
        next.use();
        return new Loaded(generation, shadow.after(rules.warnings()));
    }

    /**
     * What came of the files.
     *
     * @param warnings things to look at that do not stop the load
     */
    public record Loaded(Generation generation, List<Problem> warnings) {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    private static Set<String> sources(ServiceConfig config) {
        return Stream.concat(
                        Stream.of(USERS),
                        config.authenticators().stream().map(AuthenticatorConfig::name))
                .collect(Collectors.toSet());
    }

    private static Set<String> subjects(Mode mode, List<Signer> issuers) {
        return switch (mode) {
            case Mode.Operator(var account, var accounts) -> Set.of(account);
            case Mode.Static s -> Set.copyOf(issuers.stream().map(i -> i.key().text()).toList());
        };
    }

    private AuthenticatorChain chain(UserDirectory users, List<Link> configured) {
        List<Link> all = new ArrayList<>();
        all.add(
                Link.local(
                        new UsersAuthenticator(
                                USERS, users, passwords, ed25519, fingerprints, random)));
        all.addAll(configured);
        all.add(Link.local(new SessionAuthenticator(SESSIONS, sessions)));
        return new AuthenticatorChain(all, new UnknownUser(passwords, users.decoy(random)));
    }

    /** Opens the keys of one load and collects what is wrong with them. */
    private final class Keys {
        private final Path file;
        private final Problems problems;

        Keys(Path file, Problems problems) {
            this.file = file;
            this.problems = problems;
        }

        private void problem(String path, Exception e) {
            problems.add(new Problem(file, 0, path, String.valueOf(e.getMessage())));
        }

        private Optional<Seed> seed(String path, SecretSource source, NKeyType type) {
            try {
                return Optional.of(secrets.seed(source, type));
            } catch (IOException | InvalidKey e) {
                problem(path, e);
                return Optional.empty();
            }
        }

        List<Signer> signers(String path, List<SigningKey> keys) {
            List<Signer> signers = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                try {
                    signers.add(signingKeys.signer(keys.get(i), NKeyType.ACCOUNT));
                } catch (IOException | InvalidKey e) {
                    problem(path + "[" + i + "]", e);
                }
            }
            return signers;
        }

        Envelope envelope(ServiceConfig config, List<Signer> issuers) {
            if (!config.keys().isSealed()) {
                return new Envelope.Clear();
            }
            List<XKeyBox> boxes = new ArrayList<>();
            List<SecretSource> xkeys = config.keys().xkeys();
            for (int i = 0; i < xkeys.size(); i++) {
                seed("keys.xkeys[" + i + "]", xkeys.get(i), NKeyType.CURVE)
                        .ifPresent(seed -> {
                            try (seed) {
                                boxes.add(box(seed));
                            }
                        });
            }
            try {
                KeyRing ring = KeyRing.of(boxes, issuers);
                return new Envelope.Sealed(former.map(ring::after).orElse(ring));
            } catch (IllegalArgumentException e) {
                problem("keys", e);
                return new Envelope.Clear(); // never used: the load ends with this problem
            }
        }

        private XKeyBox box(Seed seed) {
            return former.stream()
                    .flatMap(ring -> ring.boxes().stream())
                    .filter(box -> box.key().equals(seed.publicKey()))
                    .findFirst()
                    .orElseGet(() -> XKeyBox.of(seed, random, SERVERS));
        }

        Optional<AnswerSigner> answerSigner(Mode mode, List<Signer> issuers) {
            if (issuers.isEmpty()) {
                return Optional.empty(); // each missing one is a problem already
            }
            return switch (mode) {
                case Mode.Static s -> {
                    Map<String, Signer> byKey = new LinkedHashMap<>();
                    issuers.forEach(i -> byKey.put(i.key().text(), i));
                    yield Optional.of(new AnswerSigner.OfStatic(byKey, s.accountNames()));
                }
                case Mode.Operator(var account, var accounts) ->
                        operator(account, issuers.getFirst(), accounts);
            };
        }

        private Optional<AnswerSigner> operator(
                String calloutAccount, Signer outer, Map<String, Mode.Account> accounts) {
            Map<String, AnswerSigner.OfOperator.Target> targets = new LinkedHashMap<>();
            accounts.forEach(
                    (name, account) -> target(name, account).ifPresent(t -> targets.put(name, t)));
            return key("keys.callout-account", calloutAccount)
                    .map(key -> new AnswerSigner.OfOperator(key, outer, targets));
        }

        private Optional<AnswerSigner.OfOperator.Target> target(String name, Mode.Account account) {
            String path = "accounts." + name;
            List<Signer> signers = signers(path + ".signing-keys", account.signingKeys());
            return key(path + ".id", account.id())
                    .filter(key -> !signers.isEmpty())
                    .map(key ->
                            new AnswerSigner.OfOperator.Target(
                                    key, signers.getFirst(), account.isScoped()));
        }

        private Optional<NKey> key(String path, String text) {
            try {
                return Optional.of(NKey.parse(text, NKeyType.ACCOUNT));
            } catch (InvalidKey e) {
                problem(path, e);
                return Optional.empty();
            }
        }
    }
}
