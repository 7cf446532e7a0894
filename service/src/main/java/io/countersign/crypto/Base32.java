// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * RFC 4648 base32, upper case, without padding, canonical only. Works on arrays that the caller can
 * wipe; leaves no copies behind.
 */
final class Base32 {
    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = values();

    private Base32() {}

    static byte[] encode(byte[] data) {
        byte[] ascii = new byte[(data.length * 8 + 4) / 5];
        int bits = 0;
        int held = 0;
        int out = 0;
        for (byte b : data) {
            bits = ((bits << 8) | (b & 0xff)) & 0xfff;
            held += 8;
            while (held >= 5) {
                held -= 5;
                ascii[out++] = LETTERS[(bits >> held) & 31];
            }
        }
        if (held > 0) {
            ascii[out] = LETTERS[(bits << (5 - held)) & 31];
        }
        return ascii;
    }

    /**
     * @throws InvalidKey for a letter outside the alphabet, an impossible length or trailing bits
     *     that are not zero: each value has one text
     */
    static byte[] decode(byte[] ascii, int offset, int length) throws InvalidKey {
        int spare = length * 5 % 8;
        byte[] data = new byte[length * 5 / 8];
        int bits = 0;
        int held = 0;
        int out = 0;
        for (int i = offset; i < offset + length; i++) {
            int value = ascii[i] < 0 ? -1 : VALUES[ascii[i]];
            if (value < 0) {
                Arrays.fill(data, (byte) 0);
                throw new InvalidKey(
                        "base32: letter " + (i - offset + 1) + " (expected: A-Z, 2-7)");
            }
            bits = ((bits << 5) | value) & 0xfff;
            held += 5;
            if (held >= 8) {
                held -= 8;
                data[out++] = (byte) (bits >> held);
            }
        }
        if (spare >= 5 || (bits & ((1 << spare) - 1)) != 0) {
            Arrays.fill(data, (byte) 0);
            throw new InvalidKey("base32: trailing bits (expected: none, or all zero)");
        }
        return data;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < LETTERS.length; i++) {
            values[LETTERS[i]] = (byte) i;
        }
        return values;
    }
}
