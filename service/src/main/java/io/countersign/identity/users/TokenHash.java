// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.identity.Secret;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * SHA-256 of a token, all that we keep of it. A fast hash is enough: tokens are random and long,
 * not chosen by people.
 *
 * <p>It is looked up in a hash map, which is not constant time and need not be: what the time could
 * tell is how far two hashes agree, and whoever could choose inputs by their hash to follow that
 * would have broken SHA-256; the token would still not follow from its hash.
 */
public record TokenHash(long a, long b, long c, long d) {
    private static final int DIGITS = 64;

    /**
     * From 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is not that; the text is not repeated, it may be the
     *     token itself
     */
    public static TokenHash parse(String hex) {
        // A list of 100,000 loads in seconds: no regular expression, and no exception as a test.
        if (hex.length() != DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "token: "
                            + hex.length()
                            + " characters (expected: SHA-256 of the token, 64 hexadecimal"
                            + " digits)");
        }
        return new TokenHash(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigitsToLong(hex, 32, 48),
                HexFormat.fromHexDigitsToLong(hex, 48, DIGITS));
    }

    public static TokenHash of(Secret token) {
        return of(token.sha256());
    }

    private static TokenHash of(byte[] hash) {
        ByteBuffer buffer = ByteBuffer.wrap(hash);
        return new TokenHash(
                buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /** A good hash is its own best part. */
    @Override
    public int hashCode() {
        return (int) a;
    }

    /** Enough to tell two apart in a log, not enough to search for the token. */
    @Override
    public String toString() {
        return "TokenHash[%08x…]".formatted(a >>> 32);
    }
}
