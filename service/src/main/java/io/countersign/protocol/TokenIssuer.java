// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which account key a user JWT says that it was signed with. Nothing is verified: servers have done
 * that for what they pass on, and whoever asks here wants to know what is in use, not whom to let
 * in.
 */
public final class TokenIssuer {
    private static final Pattern ISSUER =
            Pattern.compile("\"iss\"\\s*:\\s*\"(?<key>A[A-Z2-7]{55})\"");

    /** Longer ones are something else. */
    private static final int LONGEST = 64 * 1024;

    private TokenIssuer() {}

    /** Empty for what is no user JWT of an account. */
    public static Optional<String> of(String jwt) {
        int first = jwt.indexOf('.');
        int second = jwt.indexOf('.', first + 1);
        if (first < 0 || second < 0 || jwt.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(jwt.substring(first + 1, second));
            Matcher issuer = ISSUER.matcher(new String(claims, StandardCharsets.UTF_8));
            return issuer.find() ? Optional.of(issuer.group("key")) : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }
}
