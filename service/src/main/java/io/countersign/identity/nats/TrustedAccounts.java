// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.nats;

import io.countersign.crypto.NKey;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedUser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Accounts whose user JWTs are believed: those that are listed, and those whose account JWT is
 * signed by a listed operator. An account JWT adds its signing keys, its end and its revocations.
 * Immutable.
 */
public final class TrustedAccounts {
    private final Set<NKey> listed;
    private final Map<NKey, SignedAccount> described;

    private TrustedAccounts(Set<NKey> listed, Map<NKey, SignedAccount> described) {
        this.listed = Set.copyOf(listed);
        this.described = Map.copyOf(described);
    }

    /**
     * Reads account JWTs.
     *
     * @throws IllegalArgumentException if one is none, or not of one of the operators
     */
    public static TrustedAccounts of(
            Set<NKey> listed, Set<NKey> operators, Collection<String> jwts, JwtReader reader) {
        Map<NKey, SignedAccount> described = new HashMap<>();
        for (String jwt : jwts) {
            SignedAccount account = read(jwt.strip(), reader);
            String id = account.claims().subject().text();
            if (!operators.contains(account.issuer())) {
                throw new IllegalArgumentException(
                        "account JWT of " + id + ": not signed by one of the operators");
            }
            if (described.put(account.claims().subject(), account) != null) {
                throw new IllegalArgumentException(
                        "account JWT of " + id + ": a second one (expected: one)");
            }
        }
        return new TrustedAccounts(listed, described);
    }

    private static SignedAccount read(String jwt, JwtReader reader) {
        try {
            return reader.readAccount(jwt.getBytes(StandardCharsets.US_ASCII));
        } catch (InvalidJwt e) {
            throw new IllegalArgumentException("account JWT: " + e.getMessage(), e);
        }
    }

    /** Whether a user of this account is our business. */
    boolean knows(NKey account) {
        return listed.contains(account) || described.containsKey(account);
    }

    /** Why the account does not stand for this user, if it does not. */
    Optional<String> objection(SignedUser user, Instant now) {
        SignedAccount account = described.get(user.account());
        if (account == null) {
            return user.issuer().equals(user.account())
                    ? Optional.empty()
                    : Optional.of("jwt: of a signing key, and there is no account JWT to know it");
        }
        if (!account.isTimely(now)) {
            return Optional.of("jwt: its account has expired");
        }
        if (!account.hasKey(user.issuer())) {
            return Optional.of("jwt: its issuer is not a key of its account");
        }
        return account.isRevoked(user.claims().subject(), user.claims().issuedAt())
                ? Optional.of("jwt: revoked by its account")
                : Optional.empty();
    }
}
