// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64url as JWTs use it (RFC 7515, 2), read strictly: no padding, no white space, and zero
 * trailing bits, so that every byte string has exactly one coding.
 */
final class Base64Url {
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.US_ASCII);

    private Base64Url() {}

    /**
     * Decodes {@code text[from, to)}.
     *
     * @param what names the part in the exception
     */
    static byte[] decode(byte[] text, int from, int to, String what) throws InvalidJwt {
        int rest = (to - from) & 3;
        if (to <= from || rest == 1 || !endsCanonically(text[to - 1], rest)) {
            throw notBase64(what);
        }
        try {
            ByteBuffer decoded =
                    Base64.getUrlDecoder().decode(ByteBuffer.wrap(text, from, to - from));
            return decoded.remaining() == decoded.array().length
                    ? decoded.array()
                    : Arrays.copyOf(decoded.array(), decoded.remaining());
        } catch (IllegalArgumentException e) {
            throw notBase64(what);
        }
    }

    /** The JDK's decoder takes padding and ignores trailing bits; the last character tells both. */
    private static boolean endsCanonically(byte last, int rest) {
        int value = digit(last);
        int unused = rest == 2 ? 0x0f : rest == 3 ? 0x03 : 0;
        return value >= 0 && (value & unused) == 0;
    }

    private static int digit(byte b) {
        if (b >= 'A' && b <= 'Z') {
            return b - 'A';
        }
        if (b >= 'a' && b <= 'z') {
            return b - 'a' + 26;
        }
        if (b >= '0' && b <= '9') {
            return b - '0' + 52;
        }
        return b == '-' ? 62 : b == '_' ? 63 : -1;
    }

    private static InvalidJwt notBase64(String what) {
        return new InvalidJwt(what + ": not base64url (expected: no padding, no white space)");
    }

    /** Characters that {@code bytes} bytes become. */
    static int encodedLength(int bytes) {
        return (bytes * 4 + 2) / 3;
    }

    /**
     * Encodes into {@code target} at {@code at}: straight into the token, which the JDK's encoder
     * cannot do.
     *
     * @return the position after the last character
     */
    static int encode(byte[] bytes, int length, byte[] target, int at) {
        int i = 0;
        int out = at;
        for (; i + 2 < length; i += 3) {
            int three =
                    (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff);
            target[out++] = DIGITS[three >> 18];
            target[out++] = DIGITS[three >> 12 & 63];
            target[out++] = DIGITS[three >> 6 & 63];
            target[out++] = DIGITS[three & 63];
        }
        if (i < length) {
            int last = (bytes[i] & 0xff) << 8 | (i + 1 < length ? bytes[i + 1] & 0xff : 0);
            target[out++] = DIGITS[last >> 10];
            target[out++] = DIGITS[last >> 4 & 63];
            if (i + 1 < length) {
                target[out++] = DIGITS[last << 2 & 63];
            }
        }
        return out;
    }
}
