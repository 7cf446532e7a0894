// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Credentials;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Authenticates the users of a users file by password, token or nkey. Limits that the file sets for
 * a user (expiry, networks, connection types) are looked at only after the proof, so that they tell
 * strangers nothing. Thread-safe.
 */
public final class UsersAuthenticator implements Authenticator {
    private static final List<UserLimit> LIMITS = List.of(UserLimit.values());

    private final String source;
    private final UserDirectory users;
    private final VerifiedPasswords passwords;
    private final Ed25519 ed25519;
    private final CredentialFingerprints fingerprints;
    private final PasswordHash decoy;
    private final Map<TokenHash, CredentialRef> tokens = new ConcurrentHashMap<>();

    public UsersAuthenticator(
            String source,
            UserDirectory users,
            VerifiedPasswords passwords,
            Ed25519 ed25519,
            CredentialFingerprints fingerprints,
            SecureRandom random) {
        this.source = source;
        this.users = users;
        this.passwords = passwords;
        this.ed25519 = ed25519;
        this.fingerprints = fingerprints;
        this.decoy = users.decoy(random);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        for (Credential credential : Credentials.of(request).presented()) {
            Verdict verdict = judge(credential, deadline);
            switch (verdict) {
                case Verdict.Stranger() -> {}
                case Verdict.Proven proven -> {
                    return admit(proven, request, now);
                }
                case Verdict.Wrong(String detail) -> {
                    return new Rejected(
                            Rejection.BAD_CREDENTIAL, fingerprints.of(credential), detail);
                }
                case Verdict.NoTime() -> {
                    return new Unavailable(VerifiedPasswords.BACKEND, "not hashed in time");
                }
            }
        }
        return new NotMine();
    }

    /** What the proof alone came to. */
    private sealed interface Verdict {
        record Stranger() implements Verdict {}

        record Proven(User user, Optional<UserToken> token, Credential by) implements Verdict {}

        record Wrong(String detail) implements Verdict {}

        record NoTime() implements Verdict {}
    }

    private Verdict judge(Credential credential, Deadline deadline) {
        return switch (credential) {
            case Credential.NKeyChallenge challenge -> nkey(challenge);
            case Credential.Token token -> token(token);
            case Credential.Password password -> password(password, deadline);
            case Credential.Certificate _, Credential.SessionName _, Credential.None _ ->
                    new Verdict.Stranger();
        };
    }

    private Verdict nkey(Credential.NKeyChallenge challenge) {
        Optional<NKey> key = userKey(challenge.nkey());
        Optional<User> user = key.flatMap(users::owning);
        if (key.isEmpty() || user.isEmpty()) {
            return new Verdict.Stranger();
        }
        if (challenge.nonce().isEmpty()) {
            return new Verdict.Wrong(
                    "nkey: no nonce to prove it with (expected: a signature, and a server that"
                            + " makes nonces)");
        }
        byte[] nonce = challenge.nonce().getBytes(StandardCharsets.UTF_8);
        boolean isGood =
                challenge
                        .signatureBytes()
                        .filter(s -> ed25519.verify(key.get(), nonce, 0, nonce.length, s))
                        .isPresent();
        return isGood
                ? new Verdict.Proven(user.get(), Optional.empty(), challenge)
                : new Verdict.Wrong("nkey: bad signature of the nonce");
    }

    private static Optional<NKey> userKey(String text) {
        try {
            return Optional.of(NKey.parse(text, NKeyType.USER));
        } catch (InvalidKey e) {
            return Optional.empty(); // then it is nobody's, and says nothing
        }
    }

    private Verdict token(Credential.Token token) {
        return users.owning(token.secret())
                .<Verdict>map(o -> new Verdict.Proven(o.owner(), Optional.of(o.token()), token))
                .orElseGet(Verdict.Stranger::new);
    }

    /** A user's own token is also taken as password: MQTT clients have no other place for it. */
    private Verdict password(Credential.Password password, Deadline deadline) {
        Optional<User> named = users.named(password.user());
        Optional<UserDirectory.OwnedToken> owned = users.owning(password.secret());
        Credential.Token asToken = new Credential.Token(password.secret());
        if (named.isEmpty()) {
            return password.sentAsToken() ? token(asToken) : new Verdict.Stranger();
        }
        User user = named.get();
        if (owned.filter(o -> o.owner().equals(user)).isPresent()) {
            return new Verdict.Proven(user, owned.map(UserDirectory.OwnedToken::token), asToken);
        }
        Secret secret = password.secret();
        // Whoever has no password costs as much as the others.
        PasswordHash hash = user.password().orElse(decoy);
        return switch (passwords.check(principal(user), secret, hash, deadline)) {
            case UNDECIDED -> new Verdict.NoTime();
            case WRONG -> new Verdict.Wrong("wrong password");
            case RIGHT ->
                    user.password().isPresent()
                            ? new Verdict.Proven(user, Optional.empty(), password)
                            : new Verdict.Wrong("user has no password");
        };
    }

    private Authentication admit(Verdict.Proven proven, VerifiedRequest request, Instant now) {
        User user = proven.user();
        CredentialRef credential = reference(proven);
        Optional<ConnectionType> type = ConnectionType.of(request.client());
        for (UserLimit limit : LIMITS) {
            if (limit.refuses(user, proven.token(), now, request.client().host(), type)) {
                return new Rejected(limit.rejection(), credential, detail(limit, proven));
            }
        }
        Optional<Instant> notAfter = user.notAfter(proven.token());
        return new Authenticated(
                new Identity(
                        principal(user), credential, user.groups(), user.attributes(), notAfter));
    }

    /** A token is named once and not at each login; there are as many as the file has. */
    private CredentialRef reference(Verdict.Proven proven) {
        return proven.token().isPresent()
                ? tokens.computeIfAbsent(
                        proven.token().get().hash(), _ -> fingerprints.of(proven.by()))
                : fingerprints.of(proven.by());
    }

    private static String detail(UserLimit limit, Verdict.Proven proven) {
        return switch (limit) {
            case ENABLED -> "user is disabled";
            case EXPIRY ->
                    proven.token().map(token -> "token " + token.id() + " or ").orElse("")
                            + "user expired at "
                            + proven.user().notAfter(proven.token()).orElseThrow();
            case NETWORKS -> "not from this user's networks";
            case CONNECTIONS -> "not with this user's connection types";
        };
    }

    private Principal principal(User user) {
        return new Principal(source, user.name());
    }
}
