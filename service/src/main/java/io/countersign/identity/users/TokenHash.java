// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.identity.Secret;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * SHA-256 of a token, all that we keep of it. A fast hash is enough: tokens are random and long,
 * not chosen by people.
 *
 * <p>It is looked up in a hash map, which is not constant time and need not be: what the time could
 * tell is how far two hashes agree, and whoever could choose inputs by their hash to follow that
 * would have broken SHA-256; the token would still not follow from its hash.
 */
public record TokenHash(long a, long b, long c, long d) {
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    /**
     * From 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is not that; the text is not repeated, it may be the
     *     token itself
     */
    public static TokenHash parse(String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "token: "
                            + hex.length()
                            + " characters (expected: SHA-256 of the token, 64 hexadecimal"
                            + " digits)");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    public static TokenHash of(Secret token) {
        return of(token.sha256());
    }

    private static TokenHash of(byte[] hash) {
        ByteBuffer buffer = ByteBuffer.wrap(hash);
        return new TokenHash(
                buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /** Enough to tell two apart in a log, not enough to search for the token. */
    @Override
    public String toString() {
        return "TokenHash[%08x…]".formatted(a >>> 32);
    }
}
