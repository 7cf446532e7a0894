// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import io.countersign.identity.ClaimReader;
import io.countersign.identity.TokenPlace;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Which tokens of an issuer are good.
 *
 * @param issuer {@code iss}, to the letter
 * @param audiences one of them must be in {@code aud}
 * @param algorithms names of JWS algorithms; never symmetric ones
 * @param from where a client may put its token
 * @param clockSkew for {@code nbf} and {@code iat}; never for {@code exp}, because no session
 *     outlives its token
 */
public record JwtRules(
        String issuer,
        Set<String> audiences,
        Set<String> algorithms,
        List<TokenPlace> from,
        ClaimReader claims,
        Duration clockSkew) {
    public JwtRules {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        from = List.copyOf(from);
        if (audiences.isEmpty()) {
            throw new IllegalArgumentException("audiences: none (expected: >= 1)");
        }
        for (String algorithm : algorithms) {
            if (algorithm.startsWith("HS") || algorithm.equals("none")) {
                throw new IllegalArgumentException(
                        "algorithm: " + algorithm + " (expected: an asymmetric one)");
            }
        }
    }
}
