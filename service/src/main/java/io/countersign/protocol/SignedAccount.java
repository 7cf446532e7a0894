// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.Optional;

/**
 * An account JWT whose signature is good. Whether its issuer is a key of the operator is for the
 * caller to check.
 *
 * @param issuer the operator's identity key or a signing key of it; the account itself if
 *     self-signed
 */
public record SignedAccount(AccountClaims claims, NKey issuer, Optional<Instant> notBefore) {
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
