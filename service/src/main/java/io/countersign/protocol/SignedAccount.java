// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account JWT whose signature is good. Whether its issuer is a key of the operator is for the
 * caller to check.
 *
 * @param issuer the operator's identity key or a signing key of it; the account itself if
 *     self-signed
 * @param revocations user key, or {@code *} for all → JWTs issued until then are revoked
 */
public record SignedAccount(
        AccountClaims claims,
        NKey issuer,
        Optional<Instant> notBefore,
        Map<String, Instant> revocations) {
    /** Revokes every user with an older JWT. */
    private static final String ALL = "*";

    public SignedAccount {
        revocations = Map.copyOf(revocations);
    }

    /** One that revokes nobody. */
    public SignedAccount(AccountClaims claims, NKey issuer, Optional<Instant> notBefore) {
        this(claims, issuer, notBefore, Map.of());
    }

    /** Whether a user JWT that was issued then is revoked, as servers compare. */
    public boolean isRevoked(NKey user, Instant issued) {
        return isUpTo(revocations.get(user.text()), issued) || isUpTo(revocations.get(ALL), issued);
    }

    private static boolean isUpTo(@Nullable Instant revoked, Instant issued) {
        return revoked != null && !issued.isAfter(revoked);
    }

    /** True for the identity key and for every signing key, scoped or not. */
    public boolean hasKey(NKey key) {
        return key.equals(claims.subject())
                || claims.signingKeys().contains(key)
                || claims.scopedKeys().stream().anyMatch(scoped -> scoped.key().equals(key));
    }

    /** As servers compare, in whole seconds: good during the second of its expiry. */
    public boolean isTimely(Instant now) {
        return Registered.isTimely(notBefore, claims.expires(), now);
    }
}
