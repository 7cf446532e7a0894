// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64url as JWTs use it (RFC 7515, 2), read strictly: no padding, no white space, and zero
 * trailing bits, so that every byte string has exactly one coding.
 */
final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

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
     * Encodes the first {@code length} bytes into {@code target} at {@code at}.
     *
     * @return the position after the last character
     */
    static int encode(byte[] bytes, int length, byte[] target, int at) {
        // The JDK's encoder is vectorised; the copy that it costs is far below a loop of our own.
        ByteBuffer coded = ENCODER.encode(ByteBuffer.wrap(bytes, 0, length));
        int characters = coded.remaining();
        coded.get(target, at, characters);
        return at + characters;
    }
}
