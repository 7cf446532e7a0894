// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.identity.LinkLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code authenticators}: what all kinds have in common. */
final class AuthenticatorsReader {
    /** Sources that are not of this list. */
    private static final Set<String> TAKEN = Set.of(UsersFile.SOURCE, "session");

    private static final List<String> KINDS =
            List.of(
                    "oidc",
                    "certificate",
                    "nats-jwt",
                    "sql",
                    "ldap",
                    "webhook",
                    "introspection",
                    "kubernetes",
                    "plugin");

    private static final List<String> FOR_BACKENDS =
            List.of("timeout", "concurrency", "breaker", "cache");

    private final TokenKindsReader tokens;
    private final BackendKindsReader backends;
    private final ProofKindsReader proofs;

    AuthenticatorsReader(Folder folder, SecretReader secrets) {
        this.tokens = new TokenKindsReader(folder, secrets);
        this.backends = new BackendKindsReader(folder, secrets);
        this.proofs = new ProofKindsReader(folder);
    }

    List<AuthenticatorConfig> read(ConfigReader list) {
        List<AuthenticatorConfig> all = new ArrayList<>();
        Map<String, ConfigReader> names = new HashMap<>();
        for (ConfigReader at : list.items()) {
            ConfigReader name = at.key("name");
            name.text().ifPresent(text -> claim(text, name, names));
            one(at).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private static void claim(String text, ConfigReader name, Map<String, ConfigReader> names) {
        ConfigReader other = names.putIfAbsent(text, name);
        if (other != null) {
            name.refuseValue("is " + other.place() + " as well (expected: once)");
        } else if (TAKEN.contains(text)) {
            name.refuseValue("is a source of its own (expected: another name)");
        }
    }

    private Optional<AuthenticatorConfig> one(ConfigReader at) {
        List<String> kinds = KINDS.stream().filter(key -> at.key(key).isPresent()).toList();
        if (kinds.size() != 1) {
            if (at.isSound()) {
                at.refuse(
                        (kinds.isEmpty() ? "no kind" : "several kinds")
                                + " (expected: one of "
                                + SchemaKeys.anyOf(KINDS)
                                + ")");
            }
            return Optional.empty();
        }
        ConfigReader settings = at.key(kinds.getFirst());
        Optional<AuthenticatorKind> kind =
                switch (kinds.getFirst()) {
                    case "oidc" -> tokens.oidc(settings);
                    case "introspection" -> tokens.introspection(settings);
                    case "kubernetes" -> tokens.kubernetes(settings);
                    case "sql" -> backends.sql(settings);
                    case "ldap" -> backends.ldap(settings);
                    case "webhook" -> backends.webhook(settings);
                    case "plugin" -> backends.plugin(settings);
                    case "certificate" -> proofs.certificate(settings);
                    default -> proofs.natsJwt(settings);
                };
        if (kind.isPresent() && !kind.get().isRemote()) {
            refuseBackendKeys(at, kind.get());
        }
        if (kind.isPresent() && kind.get().paces() && at.key("breaker").isSound()) {
            at.key("breaker")
                    .refuse("its keys are fetched at their own pace (expected: not there)");
        }
        Optional<LinkLimits> limits = limits(at);
        return at.build(() ->
                new AuthenticatorConfig(
                        at.key("name").text().orElseThrow(),
                        kind.orElseThrow(),
                        limits.orElseThrow(),
                        at.written()));
    }

    private static void refuseBackendKeys(ConfigReader at, AuthenticatorKind kind) {
        for (String key : FOR_BACKENDS) {
            if (at.key(key).isSound()) {
                at.key(key).refuse("%s asks nobody (expected: not there)".formatted(kind.word()));
            }
        }
    }

    private static Optional<LinkLimits> limits(ConfigReader at) {
        int atOnce = at.key("concurrency").integer(LinkLimits.DEFAULT.atOnce());
        Duration time =
                at.key("timeout")
                        .duration(
                                LinkLimits.DEFAULT.time(),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(2));
        ConfigReader breaker = at.key("breaker");
        LinkLimits.Breaking usual = LinkLimits.Breaking.DEFAULT;
        int failures = breaker.key("failures").integer(usual.failures());
        Duration pause =
                breaker.key("pause")
                        .duration(usual.pause(), Duration.ofMillis(100), Duration.ofMinutes(10));
        Optional<LinkLimits.Keeping> keeping = keeping(at.key("cache"));
        return at.build(() ->
                new LinkLimits(
                        atOnce,
                        time,
                        new LinkLimits.Breaking(failures, pause),
                        keeping.orElseThrow()));
    }

    private static Optional<LinkLimits.Keeping> keeping(ConfigReader at) {
        LinkLimits.Keeping usual = LinkLimits.Keeping.DEFAULT;
        int entries = at.key("entries").integer(usual.entries());
        Duration yes = at.key("for").duration(usual.yes(), Duration.ZERO, Duration.ofHours(1));
        Duration no =
                at.key("refusals-for").duration(usual.no(), Duration.ZERO, Duration.ofMinutes(5));
        Duration stale =
                at.key("stale-for").duration(usual.stale(), Duration.ZERO, Duration.ofHours(24));
        return at.build(() -> new LinkLimits.Keeping(entries, yes, no, stale));
    }
}
