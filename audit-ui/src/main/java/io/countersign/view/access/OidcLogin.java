// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The code flow with PKCE. What has to be remembered between leaving and coming back lies sealed in
 * a cookie of the browser that left, so that any replica can go on, and no other browser can. Takes
 * tokens only with an asymmetric signature of the provider's own keys. Thread-safe.
 */
public final class OidcLogin {
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String PURPOSE = "oidc";
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);
    private static final int SKEW_SECONDS = 30;
    private static final int PARTS = 5;

    private final OidcSettings settings;
    private final OidcProvider provider;
    private final Seal seal;
    private final Clock clock;

    public OidcLogin(OidcSettings settings, Seal seal, Clock clock) {
        this.settings = settings;
        this.provider = new OidcProvider(settings, clock);
        this.seal = seal;
        this.clock = clock;
    }

    /** What the login page calls the provider. */
    public String title() {
        return settings.title();
    }

    /** Where to send the browser, with a cookie that it must bring back. */
    public record Departure(String location, String cookie) {}

    /** Who came back, and where they wanted to go. */
    public record Arrival(Viewer viewer, String next) {}

    /** The way to the provider. */
    public Departure leave(String next, boolean again) throws OidcRefused, InterruptedException {
        String state = token();
        String nonce = token();
        String verifier = token();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", settings.redirect().toString());
        query.put("scope", settings.scope());
        query.put("state", state);
        query.put("nonce", nonce);
        query.put("code_challenge", challenge(verifier));
        query.put("code_challenge_method", "S256");
        if (again) {
            query.put("prompt", "login");
        }
        String end = Long.toString(clock.instant().plus(PATIENCE).getEpochSecond());
        String cookie =
                seal.seal(PURPOSE, Sessions.joined(List.of(state, nonce, verifier, next, end)));
        String authorize = provider.known().authorize().toString();
        String location =
                authorize + (authorize.contains("?") ? "&" : "?") + OidcProvider.encoded(query);
        return new Departure(location, cookie);
    }

    /**
     * The way back.
     *
     * @param issuer the parameter of RFC 9207; empty if there is none
     */
    public Arrival arrive(String cookie, String state, String code, String issuer)
            throws OidcRefused, InterruptedException {
        List<String> kept =
                seal.open(PURPOSE, cookie)
                        .map(Sessions::split)
                        .filter(parts -> parts.size() == PARTS)
                        .orElseThrow(() -> new OidcRefused("This login was not begun here."));
        boolean isSame =
                MessageDigest.isEqual(
                        kept.get(0).getBytes(StandardCharsets.UTF_8),
                        state.getBytes(StandardCharsets.UTF_8));
        boolean isLate =
                Instant.ofEpochSecond(Long.parseLong(kept.get(4))).isBefore(clock.instant());
        if (!isSame || isLate || code.isEmpty()) {
            throw new OidcRefused("This login was not begun here, or too long ago. Begin again.");
        }
        if (!issuer.isEmpty() && !issuer.equals(settings.issuer().toString())) {
            throw new OidcRefused("The answer is of another provider.");
        }
        JWTClaimsSet claims = verified(provider.idToken(code, kept.get(2)), kept.get(1));
        return new Arrival(viewer(claims), kept.get(3));
    }

    private JWTClaimsSet verified(String token, String nonce)
            throws OidcRefused, InterruptedException {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            OidcProvider.Known known = provider.known();
            String key = jwt.getHeader().getKeyID();
            if (key != null && known.keys().getKeyByKeyId(key) == null) {
                known = provider.again();
            }
            DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
            processor.setJWSTypeVerifier(
                    new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, null));
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(
                            ALGORITHMS, new ImmutableJWKSet<>(known.keys())));
            DefaultJWTClaimsVerifier<SecurityContext> rules =
                    new DefaultJWTClaimsVerifier<>(
                            settings.clientId(),
                            new JWTClaimsSet.Builder()
                                    .issuer(settings.issuer().toString())
                                    .claim("nonce", nonce)
                                    .build(),
                            Set.of("sub", "exp", "iat"));
            rules.setMaxClockSkew(SKEW_SECONDS);
            processor.setJWTClaimsSetVerifier(rules);
            JWTClaimsSet claims = processor.process(jwt, null);
            Object party = claims.getClaim("azp");
            if (party != null && !party.equals(settings.clientId())) {
                throw new OidcRefused("The token is for another application.");
            }
            return claims;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new OidcRefused("The provider's token is not valid.", e);
        }
    }

    private Viewer viewer(JWTClaimsSet claims) throws OidcRefused {
        String name = text(claims, settings.nameClaim());
        if (name.isBlank() || name.length() > 128) {
            throw new OidcRefused(
                    "The token does not name you (expected: the claim "
                            + settings.nameClaim()
                            + ").");
        }
        List<String> groups = groups(claims);
        Role role =
                settings.role(groups)
                        .orElseThrow(() ->
                                new OidcRefused(
                                        "You are known, but none of your groups may look here. Ask"
                                                + " whoever runs this view."));
        Set<String> accounts =
                settings.scope(groups)
                        .orElseThrow(() ->
                                new OidcRefused(
                                        "You are known, but none of your groups may see any"
                                                + " account. Ask whoever runs this view."));
        return new Viewer(name, Viewer.OIDC, role, accounts);
    }

    private static String text(JWTClaimsSet claims, String name) {
        return Optional.ofNullable(claims.getClaim(name)).map(Object::toString).orElse("");
    }

    private List<String> groups(JWTClaimsSet claims) {
        Object value = claims.getClaim(settings.groupsClaim());
        return switch (value) {
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case String one -> List.of(one.split(" "));
            case null, default -> List.of();
        };
    }

    private String token() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.bytes(32));
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
