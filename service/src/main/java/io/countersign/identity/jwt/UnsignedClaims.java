// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.util.Optional;

/**
 * Reads whom a token names that is no signed JWT: one with {@code "alg":"none"} is somebody's try
 * to get past us, and must not be passed on as if it were no business of ours. Stateless.
 */
final class UnsignedClaims {
    private UnsignedClaims() {}

    static Optional<String> issuer(String text) {
        try {
            var claims = JWTParser.parse(text).getJWTClaimsSet();
            return claims == null ? Optional.empty() : Optional.ofNullable(claims.getIssuer());
        } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
