// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.nats;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Cidr;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.identity.TokenPlace;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedUser;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Authenticates clients by a user JWT of a trusted account and the proof that they have its key:
 * the signature of the connection's nonce, without which a JWT is worth nothing unless it is a
 * bearer JWT and those are allowed. What the JWT limits (end, networks, connection types) holds;
 * what it permits does not count, because the policy says what a principal may do. Thread-safe.
 */
public final class NatsJwtAuthenticator implements Authenticator {
    private static final List<TokenPlace> PLACES =
            List.of(TokenPlace.JWT, TokenPlace.TOKEN, TokenPlace.PASSWORD);

    private final String source;
    private final TrustedAccounts accounts;
    private final boolean isBearerAllowed;
    private final boolean isNamedBySubject;
    private final Ed25519 ed25519;
    private final JwtReader reader;
    private final CredentialFingerprints fingerprints;

    /**
     * @param isNamedBySubject whether the user's nkey names the principal, and not the JWT's name
     */
    public NatsJwtAuthenticator(
            String source,
            TrustedAccounts accounts,
            boolean isBearerAllowed,
            boolean isNamedBySubject,
            Ed25519 ed25519,
            CredentialFingerprints fingerprints) {
        this.source = source;
        this.accounts = accounts;
        this.isBearerAllowed = isBearerAllowed;
        this.isNamedBySubject = isNamedBySubject;
        this.ed25519 = ed25519;
        this.reader = new JwtReader(ed25519);
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        for (String text : TokenPlace.texts(PLACES, request)) {
            CredentialRef ref = fingerprints.of(new Credential.Token(Secret.of(text)));
            Optional<Authentication> answer = judge(text, ref, request, now);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return new NotMine();
    }

    /** Empty if it is not our business. */
    private Optional<Authentication> judge(
            String text, CredentialRef ref, VerifiedRequest request, Instant now) {
        SignedUser user;
        try {
            user = reader.readUser(text.getBytes(StandardCharsets.US_ASCII));
        } catch (InvalidJwt e) {
            return claimsAccountOfOurs(text)
                    ? Optional.of(bad(ref, "jwt: bad form or signature"))
                    : Optional.empty();
        }
        if (!accounts.knows(user.account())) {
            return Optional.empty();
        }
        return Optional.of(
                accounts.objection(user, now)
                        .or(() -> unproven(user, request))
                        .<Authentication>map(detail -> bad(ref, detail))
                        .orElseGet(() -> admit(user, ref, request, now)));
    }

    /** A forged one must not be passed on as if it were no business of ours. */
    private boolean claimsAccountOfOurs(String text) {
        return UnverifiedAccount.of(text).filter(accounts::knows).isPresent();
    }

    private Optional<String> unproven(SignedUser user, VerifiedRequest request) {
        String signature = request.connect().sig();
        String nonce = request.client().nonce();
        if (signature.isEmpty() && user.claims().bearer()) {
            return isBearerAllowed
                    ? Optional.empty()
                    : Optional.of("jwt: bearer, not allowed here");
        }
        if (signature.isEmpty() || nonce.isEmpty()) {
            return Optional.of(
                    "jwt: no signature of a nonce (expected: one, and a server that makes nonces)");
        }
        NKey key = user.claims().subject();
        byte[] signed = nonce.getBytes(StandardCharsets.UTF_8);
        return new Credential.NKeyChallenge(key.text(), nonce, signature)
                        .signatureBytes()
                        .filter(bytes -> ed25519.verify(key, signed, 0, signed.length, bytes))
                        .isPresent()
                ? Optional.empty()
                : Optional.of("jwt: bad signature of the nonce");
    }

    private Authentication admit(
            SignedUser user, CredentialRef ref, VerifiedRequest request, Instant now) {
        Optional<Instant> end = user.claims().expires();
        if (end.filter(it -> !it.isAfter(now)).isPresent()) {
            return new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "jwt: expired at " + end.get());
        }
        if (!user.isTimely(now)) {
            return bad(ref, "jwt: not valid yet");
        }
        if (user.daytimes()) {
            return bad(ref, "jwt: has times of day (expected: times in the policy)");
        }
        if (!user.sources().isEmpty() && !isFrom(user.sources(), request.client().host())) {
            return new Rejected(Rejection.ADDRESS_NOT_ALLOWED, ref, "jwt: not from its networks");
        }
        if (!user.connectionTypes().isEmpty() && !isBy(user.connectionTypes(), request)) {
            return new Rejected(
                    Rejection.CONNECTION_TYPE_NOT_ALLOWED, ref, "jwt: not its connection types");
        }
        String name = isNamedBySubject ? user.claims().subject().text() : user.claims().name();
        if (name.isEmpty()) {
            return bad(ref, "jwt: has no name");
        }
        return new Authenticated(
                new Identity(
                        new Principal(source, name),
                        ref,
                        new HashSet<>(user.claims().tags()),
                        Map.of(
                                "account",
                                List.of(user.account().text()),
                                "subject",
                                List.of(user.claims().subject().text())),
                        end,
                        new Origin(
                                "",
                                user.issuer().text(),
                                "",
                                Optional.of(user.claims().issuedAt()))));
    }

    /** A network that cannot be read allows nobody. */
    private static boolean isFrom(List<String> networks, String host) {
        return networks.stream()
                .anyMatch(text -> {
                    try {
                        return Cidr.parse(text).contains(host);
                    } catch (IllegalArgumentException unreadable) {
                        return false;
                    }
                });
    }

    private static boolean isBy(List<String> types, VerifiedRequest request) {
        return ConnectionType.of(request.client())
                .filter(type -> types.stream().anyMatch(word -> word.equalsIgnoreCase(type.name())))
                .isPresent();
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }
}
