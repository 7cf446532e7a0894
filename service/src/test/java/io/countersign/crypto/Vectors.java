// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Shared shorthand of this package's tests. */
final class Vectors {
    private Vectors() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static NKey key(String text) {
        try {
            return NKey.parse(text);
        } catch (InvalidKey e) {
            throw new AssertionError(text, e);
        }
    }

    static NKey key(NKeyType type, byte[] raw) {
        try {
            return NKey.of(type, raw);
        } catch (InvalidKey e) {
            throw new AssertionError(HexFormat.of().formatHex(raw), e);
        }
    }

    static Seed seed(String text) {
        try {
            return Seed.parse(ascii(text));
        } catch (InvalidKey e) {
            throw new AssertionError("a test's seed", e);
        }
    }

    /** A seed with these 32 secret bytes, by way of the text form. */
    static Seed seed(NKeyType type, byte[] secret) {
        byte[] coded = new byte[36];
        coded[0] = (byte) (144 | (type.prefix() >> 5));
        coded[1] = (byte) ((type.prefix() & 31) << 3);
        System.arraycopy(secret, 0, coded, 2, 32);
        Crc16.seal(coded);
        try {
            return Seed.parse(Base32.encode(coded));
        } catch (InvalidKey e) {
            throw new AssertionError("a test's seed", e);
        }
    }
}
