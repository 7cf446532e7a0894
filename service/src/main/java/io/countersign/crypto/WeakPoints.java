// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Encodings of public keys that no honest key has: coordinates that are not reduced modulo p =
 * 2^255 − 19, and points of small order. AWS-LC takes the latter, and a signature then can be good
 * for every message (S = 0, R = A); a small-order X25519 point makes a shared secret that everybody
 * knows. One place refuses them, so all providers see the same keys.
 */
final class WeakPoints {
    private static final String ONES =
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    private static final String ZEROS =
            "000000000000000000000000000000000000000000000000000000000000";

    private static final byte[] P = hex("ed" + ONES + "7f");
    private static final byte[] ZERO = hex("00" + ZEROS + "00");
    private static final byte[] ONE = hex("01" + ZEROS + "00");
    private static final byte[] MINUS_ONE = hex("ec" + ONES + "7f");

    /** The y of the eight points whose order divides 8, sign of x left out. */
    private static final List<byte[]> EDWARDS_Y =
            List.of(
                    ONE,
                    MINUS_ONE,
                    ZERO,
                    hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                    hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

    /** The u whose order on the curve or its twist divides 8. */
    private static final List<byte[]> MONTGOMERY_U =
            List.of(
                    ZERO,
                    ONE,
                    MINUS_ONE,
                    hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
                    hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));

    private WeakPoints() {}

    /**
     * @throws InvalidKey if an Ed25519 public key is of small order or its y is not reduced (RFC
     *     8032, 5.1.3)
     */
    static void refuseEdwards(byte[] key) throws InvalidKey {
        byte[] y = key.clone();
        y[31] &= 0x7f;
        refuse(y, EDWARDS_Y);
    }

    /**
     * @throws InvalidKey if an X25519 public key is of small order or not what X25519 puts out:
     *     reduced, top bit zero
     */
    static void refuseMontgomery(byte[] key) throws InvalidKey {
        refuse(key, MONTGOMERY_U);
    }

    private static void refuse(byte[] coordinate, List<byte[]> smallOrder) throws InvalidKey {
        if (!isBelowP(coordinate)) {
            throw new InvalidKey("public key: not in canonical encoding");
        }
        for (byte[] weak : smallOrder) {
            if (Arrays.equals(coordinate, weak)) {
                throw new InvalidKey("public key: a point of small order");
            }
        }
    }

    /** Little-endian. */
    private static boolean isBelowP(byte[] coordinate) {
        for (int i = 31; i >= 0; i--) {
            int difference = (coordinate[i] & 0xff) - (P[i] & 0xff);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
