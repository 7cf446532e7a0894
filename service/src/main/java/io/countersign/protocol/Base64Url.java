// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64url as JWTs use it (RFC 7515, 2), read strictly: no padding, no white space, and zero
 * trailing bits, so that every byte string has exactly one coding.
 */
final class Base64Url {
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final short[] PAIRS = pairs();
    private static final VarHandle PAIRS_VIEW =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

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
        // By hand: the JDK's encoder, which is vectorised, wants arrays of the exact length on both
        // sides, and the two copies cost more than this loop (ADR 47).
        int out = at;
        int whole = length - length % 3;
        for (int i = 0; i < whole; i += 3) {
            int bits = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff);
            PAIRS_VIEW.set(target, out, PAIRS[bits >>> 12]);
            PAIRS_VIEW.set(target, out + 2, PAIRS[bits & 0xfff]);
            out += 4;
        }
        return length == whole ? out : encodeRest(bytes, whole, length, target, out);
    }

    private static int encodeRest(byte[] bytes, int from, int to, byte[] target, int at) {
        int bits =
                (bytes[from] & 0xff) << 16 | (to - from == 2 ? (bytes[from + 1] & 0xff) << 8 : 0);
        int characters = to - from + 1;
        for (int i = 0; i < characters; i++) {
            target[at + i] = ALPHABET[(bits >>> (18 - 6 * i)) & 63];
        }
        return at + characters;
    }

    /** Two characters for each value of twelve bits. */
    private static short[] pairs() {
        short[] pairs = new short[1 << 12];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (short) (ALPHABET[i >>> 6] << 8 | ALPHABET[i & 63]);
        }
        return pairs;
    }
}
