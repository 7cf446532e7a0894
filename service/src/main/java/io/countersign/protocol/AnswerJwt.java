// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes the signed answer to a request, an {@code authorization_response} with exactly one of user
 * JWT and error (reference 2.1). It has no expiry: the request's own user key makes it good once.
 * Stateless.
 */
public final class AnswerJwt {
    private static final int MAX_ERROR = 200;

    private AnswerJwt() {}

    /**
     * Signs a yes.
     *
     * @param outer the issuer (static), or the callout account's key or signing key (operator)
     * @param issuerAccount the callout account, when {@code outer} is its signing key
     * @return the token, ASCII, to be sealed if the request was
     */
    public static byte[] allow(
            VerifiedRequest request,
            byte[] userJwt,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now) {
        requireToken(userJwt);
        return sign(request, json -> json.name("jwt").text(userJwt), outer, issuerAccount, now);
    }

    /**
     * Signs a no.
     *
     * @param error for the server's log only; cut to 200 characters of plain ASCII, and {@code %},
     *     which servers take for a format, is replaced
     */
    public static byte[] deny(
            VerifiedRequest request,
            String error,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now) {
        return sign(request, json -> json.member("error", plain(error)), outer, issuerAccount, now);
    }

    private static byte[] sign(
            VerifiedRequest request,
            Claims.Body content,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now) {
        if (outer.key().type() != NKeyType.ACCOUNT) {
            throw new IllegalArgumentException("outer: not an account key");
        }
        Claims claims =
                new Claims(
                        request.server().id().text(),
                        Optional.empty(),
                        now,
                        outer.key(),
                        "",
                        request.userKey().text());
        return claims.sign(
                "authorization_response",
                false, // no jti: nobody reads it, and the user key is unique already
                json -> {
                    content.write(json);
                    if (issuerAccount.isPresent()) {
                        json.member("issuer_account", issuerAccount.get().text());
                    }
                },
                outer);
    }

    private static String plain(String error) {
        StringBuilder plain = new StringBuilder(Math.min(error.length(), MAX_ERROR));
        for (int i = 0; i < error.length() && i < MAX_ERROR; i++) {
            char c = error.charAt(i);
            plain.append(c >= ' ' && c < 0x7f && c != '%' ? c : '?');
        }
        // An answer with neither user nor error is invalid, so an empty reason gets a word.
        return plain.toString().isBlank() ? "refused" : plain.toString();
    }

    /** Printable ASCII without quote and backslash; without branches, so that it is vectorised. */
    private static void requireToken(byte[] jwt) {
        int outside = jwt.length - 1; // negative: an empty token is none
        for (byte b : jwt) {
            outside |= (b - '!') | ('~' - b) | ((b ^ '"') - 1) | ((b ^ '\\') - 1);
        }
        if (outside < 0) {
            throw new IllegalArgumentException("userJwt: not a token");
        }
    }
}
