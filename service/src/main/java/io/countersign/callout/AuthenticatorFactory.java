// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.AuthenticatorConfig;
import io.countersign.config.AuthenticatorKind;
import io.countersign.config.NatsConfig;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.TlsFiles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Backend;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.Secret;
import io.countersign.identity.ServiceAccount;
import io.countersign.identity.TokenPlace;
import io.countersign.identity.certificate.CertificateAuthenticator;
import io.countersign.identity.certificate.CertificateName;
import io.countersign.identity.certificate.CertificateRules;
import io.countersign.identity.http.HttpCalls;
import io.countersign.identity.http.IntrospectionAuthenticator;
import io.countersign.identity.http.TokenReviewAuthenticator;
import io.countersign.identity.http.WebhookAuthenticator;
import io.countersign.identity.jwt.JwtAuthenticators;
import io.countersign.identity.jwt.JwtRules;
import io.countersign.identity.jwt.KeyTimes;
import io.countersign.identity.ldap.LdapAuthenticator;
import io.countersign.identity.ldap.LdapSettings;
import io.countersign.identity.nats.NatsJwtAuthenticator;
import io.countersign.identity.nats.TrustedAccounts;
import io.countersign.identity.plugin.PluginContext;
import io.countersign.identity.plugin.Plugins;
import io.countersign.identity.sql.SqlAuthenticator;
import io.countersign.identity.sql.SqlSettings;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.UserDirectory;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.protocol.JwtReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Makes authenticators of their settings, with the secrets opened. Asks nobody: whether a backend
 * is there shows at the first login. Thread-safe.
 */
public final class AuthenticatorFactory {
    private final Secrets secrets;
    private final Ed25519 ed25519;
    private final CredentialFingerprints fingerprints;
    private final SecureRandom random = new SecureRandom();
    private final VerifiedPasswords passwords;
    private final JwtAuthenticators jwts;

    public AuthenticatorFactory(
            Secrets secrets,
            Ed25519 ed25519,
            CredentialFingerprints fingerprints,
            VerifiedPasswords passwords,
            Clock clock,
            LongSupplier nanoClock) {
        this.secrets = secrets;
        this.ed25519 = ed25519;
        this.fingerprints = fingerprints;
        this.passwords = passwords;
        this.jwts = new JwtAuthenticators(ed25519, fingerprints, clock, nanoClock);
    }

    /**
     * What one of the list stands for.
     *
     * @return a {@link Backend} if it asks somebody; the caller closes it
     * @throws IOException if a file or a secret cannot be read
     * @throws IllegalArgumentException if one of them is not what it should be
     */
    public Authenticator make(AuthenticatorConfig config) throws IOException {
        String source = config.name();
        return switch (config.kind()) {
            case AuthenticatorKind.Oidc oidc -> oidc(source, oidc);
            case AuthenticatorKind.Kubernetes(
                            var audiences,
                            AuthenticatorKind.KubernetesWay.Review review,
                            var from,
                            var tls) ->
                    new TokenReviewAuthenticator(
                            source,
                            review.apiServer(),
                            () -> unchecked(review.token()),
                            Set.copyOf(audiences),
                            places(from),
                            http(tls),
                            fingerprints);
            case AuthenticatorKind.Kubernetes offline -> kubernetes(source, offline);
            case AuthenticatorKind.Introspection introspection ->
                    introspection(source, introspection);
            case AuthenticatorKind.Webhook webhook -> webhook(source, webhook);
            case AuthenticatorKind.Sql sql -> sql(source, sql, config.limits().time());
            case AuthenticatorKind.Ldap ldap -> ldap(source, ldap, config.limits().time());
            case AuthenticatorKind.Certificate certificate -> certificate(source, certificate);
            case AuthenticatorKind.NatsJwt jwt -> natsJwt(source, jwt);
            case AuthenticatorKind.Plugin plugin -> plugin(source, plugin);
        };
    }

    private Backend oidc(String source, AuthenticatorKind.Oidc oidc) throws IOException {
        JwtRules rules =
                new JwtRules(
                        oidc.issuer(),
                        Set.copyOf(oidc.audiences()),
                        Set.copyOf(oidc.algorithms()),
                        places(oidc.from()),
                        mapping(oidc.claims()),
                        oidc.clockSkew());
        KeyTimes times =
                new KeyTimes(
                        oidc.fetching().refresh(), oidc.fetching().pause(), oidc.fetching().keep());
        return jwt(source, rules, oidc.keys(), times, oidc.tls(), Optional::empty);
    }

    private Backend kubernetes(String source, AuthenticatorKind.Kubernetes config)
            throws IOException {
        if (!(config.way()
                instanceof
                AuthenticatorKind.KubernetesWay.Offline(var issuer, var keys, var token))) {
            throw new IllegalArgumentException("way: " + config.way() + " (expected: offline)");
        }
        JwtRules rules =
                new JwtRules(
                        issuer,
                        Set.copyOf(config.audiences()),
                        Set.of("RS256", "ES256"),
                        places(config.from()),
                        new ServiceAccount.Claims(),
                        Duration.ofSeconds(30));
        return jwt(
                source,
                rules,
                keys,
                KeyTimes.DEFAULT,
                config.tls(),
                () -> token.map(this::unchecked));
    }

    private Backend jwt(
            String source,
            JwtRules rules,
            AuthenticatorKind.KeySource keys,
            KeyTimes times,
            Optional<NatsConfig.Tls> tls,
            Supplier<Optional<String>> bearer)
            throws IOException {
        return switch (keys) {
            case AuthenticatorKind.KeySource.File(var file) ->
                    jwts.withKeys(source, rules, Files.readString(file));
            case AuthenticatorKind.KeySource.Url(URI url) ->
                    jwts.fetching(source, rules, http(tls), Optional.of(url), times, bearer);
            case AuthenticatorKind.KeySource.Discovery() ->
                    jwts.fetching(source, rules, http(tls), Optional.empty(), times, bearer);
        };
    }

    private Backend introspection(String source, AuthenticatorKind.Introspection config)
            throws IOException {
        return new IntrospectionAuthenticator(
                source,
                new IntrospectionAuthenticator.Settings(
                        config.url(),
                        config.clientId(),
                        text(config.clientSecret()),
                        Set.copyOf(config.audiences()),
                        places(config.from()),
                        config.prefix(),
                        mapping(config.claims())),
                http(config.tls()),
                fingerprints);
    }

    private Backend webhook(String source, AuthenticatorKind.Webhook config) throws IOException {
        byte[] key = text(config.secret()).getBytes(StandardCharsets.UTF_8);
        Set<CredentialKind> asked = EnumSet.noneOf(CredentialKind.class);
        config.credentials().forEach(each -> asked.add(CredentialKind.valueOf(each.name())));
        try {
            return new WebhookAuthenticator(
                    source,
                    config.url(),
                    KeyedHash.of(key),
                    asked,
                    config.retry(),
                    http(config.tls()),
                    fingerprints);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private Backend sql(String source, AuthenticatorKind.Sql config, Duration limit)
            throws IOException {
        SqlSettings settings =
                new SqlSettings(
                        config.jdbc(),
                        config.user(),
                        config.password().isPresent() ? text(config.password().get()) : "",
                        config.query(),
                        config.tokenQuery(),
                        config.connections(),
                        limit);
        PasswordHash decoy = new UserDirectory(List.of()).decoy(random);
        return new SqlAuthenticator(source, settings, passwords, decoy, fingerprints);
    }

    private Backend ldap(String source, AuthenticatorKind.Ldap config, Duration limit)
            throws IOException {
        AuthenticatorKind.LdapGroups groups = config.groups();
        return new LdapAuthenticator(
                source,
                new LdapSettings(
                        config.urls(),
                        config.startTls(),
                        context(config.tls()),
                        config.bindDn(),
                        config.password().isPresent() ? text(config.password().get()) : "",
                        config.base(),
                        config.filter(),
                        config.name(),
                        new LdapSettings.Groups(
                                groups.memberOf(),
                                groups.base(),
                                groups.filter(),
                                groups.name(),
                                groups.nested()),
                        config.attributes(),
                        config.connections(),
                        limit),
                fingerprints);
    }

    private Authenticator certificate(String source, AuthenticatorKind.Certificate config)
            throws IOException {
        List<X509Certificate> issuers = new ArrayList<>();
        for (Path file : config.issuers()) {
            issuers.addAll(TlsFiles.authorities(file));
        }
        return new CertificateAuthenticator(
                source,
                new CertificateRules(
                        CertificateName.valueOf(config.name().name()),
                        issuers,
                        Set.copyOf(config.trustDomains()),
                        config.groups()
                                .contains(AuthenticatorKind.SubjectGroups.ORGANIZATIONAL_UNIT),
                        config.groups().contains(AuthenticatorKind.SubjectGroups.ORGANIZATION)),
                fingerprints);
    }

    private Authenticator natsJwt(String source, AuthenticatorKind.NatsJwt config)
            throws IOException {
        List<String> jwts = new ArrayList<>();
        for (Path file : config.accountJwts()) {
            jwts.add(Files.readString(file));
        }
        TrustedAccounts accounts =
                TrustedAccounts.of(
                        keys(config.accounts(), NKeyType.ACCOUNT),
                        keys(config.operators(), NKeyType.OPERATOR),
                        jwts,
                        new JwtReader(ed25519));
        return new NatsJwtAuthenticator(
                source,
                accounts,
                config.bearer(),
                config.name() == AuthenticatorKind.NatsName.SUBJECT,
                ed25519,
                fingerprints);
    }

    private static Set<NKey> keys(List<String> texts, NKeyType type) {
        Set<NKey> keys = new HashSet<>();
        for (String text : texts) {
            try {
                keys.add(NKey.parse(text, type));
            } catch (InvalidKey e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return keys;
    }

    private Backend plugin(String source, AuthenticatorKind.Plugin config) throws IOException {
        Map<String, Secret> opened = new LinkedHashMap<>();
        for (Map.Entry<String, SecretSource> each : config.pluginSecrets().entrySet()) {
            opened.put(each.getKey(), Secret.of(text(each.getValue())));
        }
        return Plugins.load(
                config.jar(),
                config.type(),
                new PluginContext(source, config.settings(), opened, fingerprints));
    }

    private static List<TokenPlace> places(List<AuthenticatorKind.Place> places) {
        return places.stream()
                .map(place ->
                        switch (place) {
                            case TOKEN -> TokenPlace.TOKEN;
                            case PASSWORD -> TokenPlace.PASSWORD;
                            case JWT -> TokenPlace.JWT;
                        })
                .toList();
    }

    private static ClaimMapping mapping(AuthenticatorKind.Claims claims) {
        return new ClaimMapping(
                claims.name(), claims.groups(), claims.attributes(), claims.require());
    }

    private HttpCalls http(Optional<NatsConfig.Tls> tls) throws IOException {
        return new HttpCalls(tls.isPresent() ? Optional.of(context(tls)) : Optional.empty());
    }

    private SSLContext context(Optional<NatsConfig.Tls> tls) throws IOException {
        try {
            return tls.isPresent() ? TlsFiles.context(tls.get(), secrets) : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("tls: the Java runtime has none", e);
        }
    }

    /** For a secret that is read again and again. */
    private String unchecked(SecretSource source) {
        try {
            return text(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A secret that is text, without its line end. */
    String text(SecretSource source) throws IOException {
        byte[] bytes = secrets.bytes(source);
        String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("[\r\n]+$", "");
        Arrays.fill(bytes, (byte) 0);
        if (text.isBlank()) {
            throw new IOException(source + ": empty (expected: a secret)");
        }
        return text;
    }
}
