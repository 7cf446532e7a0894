// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A user JWT whose signature is good; only {@link JwtReader} makes sense of one. Whether its issuer
 * may speak for the account, and whether it is timely, is for the caller to check.
 *
 * @param claims permissions are empty if it has none and no limits, as for a scoped key
 * @param issuer identity key or signing key of an account
 * @param issuerAccount the account, if the issuer is its signing key
 * @param audience static mode: the account's name; else empty
 * @param sources networks that it may be used from; empty: any
 * @param connectionTypes as written; empty: any
 * @param daytimes true if it is good at some times of the day only
 */
public record SignedUser(
        UserClaims claims,
        NKey issuer,
        Optional<NKey> issuerAccount,
        String audience,
        Optional<Instant> notBefore,
        List<String> sources,
        List<String> connectionTypes,
        boolean daytimes) {
    public SignedUser {
        sources = List.copyOf(sources);
        connectionTypes = List.copyOf(connectionTypes);
    }

    /** The account that the user belongs to (operator mode). */
    public NKey account() {
        return issuerAccount.orElse(issuer);
    }

    /** As servers compare, in whole seconds: good during the second of its expiry. */
    public boolean isTimely(Instant now) {
        return Registered.isTimely(notBefore, claims.expires(), now);
    }
}
