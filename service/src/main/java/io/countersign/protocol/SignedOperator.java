// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.Optional;

/**
 * An operator JWT whose signature is good.
 *
 * @param issuer the operator itself or a signing key of it
 */
public record SignedOperator(OperatorClaims claims, NKey issuer, Optional<Instant> notBefore) {
    /** True if an account signed with this key is good under this operator. */
    public boolean maySignAccounts(NKey key) {
        return claims.signingKeys().contains(key)
                || (!claims.strictSigningKeys() && key.equals(claims.subject()));
    }

    /** As servers compare, in whole seconds: good during the second of its expiry. */
    public boolean isTimely(Instant now) {
        return Registered.isTimely(notBefore, claims.expires(), now);
    }
}
