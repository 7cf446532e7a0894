// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.crypto.Ed25519;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.ClaimReader;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import io.countersign.identity.Question;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.identity.TokenPlace;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates clients by a JWT of one issuer (RFC 7519, 8725). A token is its business if it says
 * so in {@code iss}; then it is good or rejected, and no laxer authenticator gets to see it. The
 * algorithm must be on a list without symmetric ones, the key comes from the issuer alone: what a
 * token says about keys ({@code jwk}, {@code jku}, {@code x5c}) is not looked at. A token without
 * an end is refused, and no session outlives its token. Thread-safe.
 */
public final class JwtAuthenticator implements Backend {
    private static final Set<String> TYPES = Set.of("JWT", "AT+JWT", "APPLICATION/AT+JWT");
    private static final String START_OF_OBJECT = "eyJ";

    private final String source;
    private final JwtRules rules;
    private final IssuerKeys keys;
    private final TokenSignature signatures;
    private final CredentialFingerprints fingerprints;

    JwtAuthenticator(
            String source,
            JwtRules rules,
            IssuerKeys keys,
            Ed25519 ed25519,
            CredentialFingerprints fingerprints) {
        this.source = source;
        this.rules = rules;
        this.keys = keys;
        this.signatures = new TokenSignature(ed25519);
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return TokenPlace.texts(rules.from(), request).stream()
                .filter(this::isOurs)
                .findFirst()
                .map(text -> new Question(new Credential.Token(Secret.of(text))));
    }

    /** Whether it names our issuer; nothing of it is believed yet. */
    private boolean isOurs(String text) {
        if (!text.startsWith(START_OF_OBJECT)) {
            return false;
        }
        try {
            JWTClaimsSet claims = SignedJWT.parse(text).getJWTClaimsSet();
            return rules.issuer().equals(claims.getIssuer());
        } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
            return UnsignedClaims.issuer(text).filter(rules.issuer()::equals).isPresent();
        }
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        if (!(question.credential() instanceof Credential.Token(Secret secret))) {
            throw new IllegalArgumentException("question: " + question + " (expected: a token)");
        }
        CredentialRef ref = fingerprints.of(question.credential());
        try {
            SignedJWT token =
                    SignedJWT.parse(new String(secret.bytes(), StandardCharsets.US_ASCII));
            JWTClaimsSet claims = token.getJWTClaimsSet();
            Optional<String> flaw = flawOfForm(token, claims);
            if (flaw.isPresent()) {
                return bad(ref, flaw.get());
            }
            Instant issued =
                    Optional.ofNullable(claims.getIssueTime())
                            .map(Date::toInstant)
                            .orElse(Instant.EPOCH);
            return switch (keys.find(token.getHeader(), issued, deadline)) {
                case IssuerKeys.Lookup.Unreachable(String detail) ->
                        new Unavailable(source, detail);
                case IssuerKeys.Lookup.NoSuchKey() -> bad(ref, "token: no such key of the issuer");
                case IssuerKeys.Lookup.Found(List<JWK> found) ->
                        found.stream().anyMatch(key -> signatures.isGood(token, key))
                                ? verified(claims, ref, now)
                                : bad(ref, "token: bad signature");
            };
        } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
            // Its message may repeat what it could not read.
            return bad(ref, "token: not a signed JWT");
        }
    }

    private Optional<String> flawOfForm(SignedJWT token, JWTClaimsSet claims) {
        String algorithm = token.getHeader().getAlgorithm().getName();
        JOSEObjectType type = token.getHeader().getType();
        if (!rules.algorithms().contains(algorithm)) {
            return Optional.of("token: algorithm is not on the list");
        }
        if (type != null && !TYPES.contains(type.getType().toUpperCase(Locale.ROOT))) {
            return Optional.of("token: of another type");
        }
        return rules.issuer().equals(claims.getIssuer())
                ? Optional.empty()
                : Optional.of("token: of another issuer");
    }

    private Authentication verified(JWTClaimsSet claims, CredentialRef ref, Instant now) {
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            return bad(ref, "token: has no end");
        }
        Instant end = expires.toInstant();
        if (!end.isAfter(now)) {
            return new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "token: expired at " + end);
        }
        Instant latest = now.plus(rules.clockSkew());
        if (isAfter(claims.getNotBeforeTime(), latest) || isAfter(claims.getIssueTime(), latest)) {
            return bad(ref, "token: not valid yet");
        }
        if (claims.getAudience().stream().noneMatch(rules.audiences()::contains)) {
            return bad(ref, "token: for another audience");
        }
        return switch (rules.claims().read(claims.getClaims())) {
            case ClaimReader.Reading.Refused(String detail) -> bad(ref, "token: " + detail);
            case ClaimReader.Reading.Read read ->
                    new Authenticated(
                            new Identity(
                                    new Principal(source, read.name()),
                                    ref,
                                    read.groups(),
                                    read.attributes(),
                                    Optional.of(end),
                                    origin(claims)));
        };
    }

    private static boolean isAfter(@Nullable Date time, Instant latest) {
        return time != null && time.toInstant().isAfter(latest);
    }

    private static Origin origin(JWTClaimsSet claims) {
        return new Origin(
                Objects.requireNonNullElse(claims.getJWTID(), ""),
                Objects.requireNonNullElse(claims.getIssuer(), ""),
                "",
                Optional.ofNullable(claims.getIssueTime()).map(Date::toInstant));
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }

    @Override
    public void warmUp() {
        keys.warmUp();
    }

    @Override
    public void close() {
        keys.close();
    }
}
