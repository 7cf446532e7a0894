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
     * @param room free bytes in front of the token
     * @return the token, ASCII, to be sealed if the request was
     */
    public static byte[] allow(
            VerifiedRequest request,
            byte[] userJwt,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now,
            int room) {
        requireToken(userJwt);
        Claims.Body content = json -> json.name("jwt").text(userJwt);
        return sign(request, content, outer, issuerAccount, now, room);
    }

    /**
     * Signs a no.
     *
     * @param error for the server's log only; cut to 200 characters of plain ASCII, and {@code %},
     *     which servers take for a format, is replaced
     * @param room free bytes in front of the token
     */
    public static byte[] deny(
            VerifiedRequest request,
            String error,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now,
            int room) {
        Claims.Body content = json -> json.member("error", plain(error));
        return sign(request, content, outer, issuerAccount, now, room);
    }

    private static byte[] sign(
            VerifiedRequest request,
            Claims.Body content,
            Signer outer,
            Optional<NKey> issuerAccount,
            Instant now,
            int room) {
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
                        json.member("issuer_account", issuerAccount.get());
                    }
                },
                outer,
                room);
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

    /** It goes into the answer as it is, so nothing of it may need an escape. */
    private static void requireToken(byte[] jwt) {
        if (jwt.length == 0 || PlainText.end(jwt, 0, jwt.length) < jwt.length) {
            throw new IllegalArgumentException("userJwt: not a token");
        }
    }
}
