// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.hex;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The curve of Ed25519 in textbook arithmetic (RFC 8032, 5.1), slow and independent of what is
 * tested: makes the points that honest code never makes.
 */
record Edwards(BigInteger x, BigInteger y) {
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    static final Edwards ZERO = new Edwards(BigInteger.ZERO, BigInteger.ONE);
    private static final BigInteger D =
            BigInteger.valueOf(-121665).multiply(inverse(BigInteger.valueOf(121666))).mod(P);

    private static BigInteger inverse(BigInteger value) {
        return value.modInverse(P);
    }

    Edwards plus(Edwards that) {
        BigInteger product = D.multiply(x).multiply(that.x).multiply(y).multiply(that.y);
        BigInteger sumX = x.multiply(that.y).add(that.x.multiply(y));
        BigInteger sumY = y.multiply(that.y).add(x.multiply(that.x));
        return new Edwards(
                sumX.multiply(inverse(BigInteger.ONE.add(product).mod(P))).mod(P),
                sumY.multiply(inverse(BigInteger.ONE.subtract(product).mod(P))).mod(P));
    }

    Edwards times(BigInteger factor) {
        Edwards result = ZERO;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            result = result.plus(result);
            if (factor.testBit(bit)) {
                result = result.plus(this);
            }
        }
        return result;
    }

    byte[] encoded() {
        byte[] bytes = littleEndian(y);
        if (x.testBit(0)) {
            bytes[31] |= (byte) 0x80;
        }
        return bytes;
    }

    /** The point with this y and the even x, if there is one. */
    static Optional<Edwards> ofY(BigInteger y) {
        BigInteger y2 = y.multiply(y);
        BigInteger x2 =
                y2.subtract(BigInteger.ONE)
                        .multiply(inverse(D.multiply(y2).add(BigInteger.ONE).mod(P)))
                        .mod(P);
        // p = 5 (mod 8): RFC 8032, 5.1.3.
        BigInteger x = x2.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(x2)) {
            BigInteger root = BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
            x = x.multiply(root).mod(P);
        }
        if (!x.multiply(x).mod(P).equals(x2)) {
            return Optional.empty();
        }
        return Optional.of(new Edwards(x.testBit(0) ? P.subtract(x) : x, y));
    }

    /** A point whose order is exactly 8. */
    static Edwards ofOrderEight() {
        for (int y = 2; ; y++) {
            Optional<Edwards> point = ofY(BigInteger.valueOf(y));
            if (point.isPresent()) {
                Edwards torsion = point.get().times(L);
                if (!torsion.times(BigInteger.valueOf(4)).equals(ZERO)) {
                    return torsion;
                }
            }
        }
    }

    static byte[] littleEndian(BigInteger value) {
        String text = "%064x".formatted(value);
        byte[] big = hex(text);
        byte[] little = new byte[32];
        for (int i = 0; i < 32; i++) {
            little[i] = big[31 - i];
        }
        return little;
    }

    static BigInteger fromLittleEndian(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < little.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        return new BigInteger(1, big);
    }
}
