// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.AuthenticatorConfig;
import io.countersign.config.AuthenticatorKind;
import io.countersign.config.NatsConfig;
import io.countersign.config.SecretSource;
import io.countersign.crypto.Ed25519;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Backend;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.TokenPlace;
import io.countersign.identity.http.HttpCalls;
import io.countersign.identity.jwt.JwtAuthenticators;
import io.countersign.identity.jwt.JwtRules;
import io.countersign.identity.jwt.KeyTimes;
import io.countersign.identity.users.VerifiedPasswords;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;

/**
 * Makes authenticators of their settings, with the secrets opened. Asks nobody: whether a backend
 * is there shows at the first login. Thread-safe.
 */
public final class AuthenticatorFactory {
    private final Secrets secrets;
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
            default -> throw new IllegalArgumentException(config.kind().word() + ": not yet");
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
        return switch (oidc.keys()) {
            case AuthenticatorKind.KeySource.File(var file) ->
                    jwts.withKeys(source, rules, Files.readString(file));
            case AuthenticatorKind.KeySource.Url(URI url) ->
                    fetching(source, rules, oidc, Optional.of(url));
            case AuthenticatorKind.KeySource.Discovery() ->
                    fetching(source, rules, oidc, Optional.empty());
        };
    }

    private Backend fetching(
            String source, JwtRules rules, AuthenticatorKind.Oidc oidc, Optional<URI> place)
            throws IOException {
        KeyTimes times =
                new KeyTimes(
                        oidc.fetching().refresh(), oidc.fetching().pause(), oidc.fetching().keep());
        return jwts.fetching(source, rules, http(oidc.tls()), place, times, Optional::empty);
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
        Optional<SSLContext> context =
                tls.isPresent()
                        ? Optional.of(TlsFiles.context(tls.get(), secrets))
                        : Optional.empty();
        return new HttpCalls(context);
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
