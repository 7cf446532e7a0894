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
        return seed(seedText(144 | (type.prefix() >> 5), (type.prefix() & 31) << 3, secret));
    }

    /** Text of a seed with any first two bytes and the right CRC. */
    static String seedText(int first, int second, byte[] secret) {
        byte[] coded = new byte[2 + secret.length + 2];
        coded[0] = (byte) first;
        coded[1] = (byte) second;
        System.arraycopy(secret, 0, coded, 2, secret.length);
        Crc16.seal(coded);
        return new String(Base32.encode(coded), StandardCharsets.US_ASCII);
    }

    /** Text of a public key with any prefix byte and the right CRC. */
    static String keyText(int prefix, byte[] raw) {
        byte[] coded = new byte[1 + raw.length + 2];
        coded[0] = (byte) prefix;
        System.arraycopy(raw, 0, coded, 1, raw.length);
        Crc16.seal(coded);
        return new String(Base32.encode(coded), StandardCharsets.US_ASCII);
    }
}
