// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures that no provider may take. */
class Ed25519RefusalTest {
    private static final byte[] MESSAGE = ascii("let this one in");

    static List<Ed25519> providers() {
        return Ed25519.all();
    }

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_signatureOfAnotherLength_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int length : new int[] {0, 1, 32, 63, 65, 96, 128}) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, Arrays.copyOf(good, length)))
                    .as("%d bytes", length)
                    .isFalse();
        }
        assertThat(verify(ed25519, signer.key(), MESSAGE, good)).isTrue();
    }

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheSignatureFlipped_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < 512; bit++) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, bit)))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheMessageFlippedOrBytesMoved_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < MESSAGE.length * 8; bit++) {
            assertThat(verify(ed25519, signer.key(), flipped(MESSAGE, bit), good)).isFalse();
        }
        byte[] longer = Arrays.copyOf(MESSAGE, MESSAGE.length + 1);
        assertThat(verify(ed25519, signer.key(), longer, good)).isFalse();
        assertThat(ed25519.verify(signer.key(), MESSAGE, 1, MESSAGE.length - 1, good)).isFalse();
        assertThat(verify(ed25519, signer.key(), new byte[0], good)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheKeyFlipped_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < 256; bit++) {
            // About half of them are not on the curve: those too are false, no exception.
            NKey other = key(NKeyType.USER, flipped(signer.key().bytes(), bit));
            assertThat(verify(ed25519, other, MESSAGE, good)).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_keyThatIsNoPoint_isFalse(Ed25519 ed25519) {
        byte[] good = newSigner(ed25519).sign(MESSAGE);
        int found = 0;
        for (int y = 2; y < 20; y++) {
            if (Edwards.ofY(BigInteger.valueOf(y)).isEmpty()) {
                NKey key = key(NKeyType.USER, Edwards.littleEndian(BigInteger.valueOf(y)));
                assertThat(verify(ed25519, key, MESSAGE, good)).isFalse();
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_malleatedByMultiplesOfTheOrder_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        BigInteger s = Edwards.fromLittleEndian(Arrays.copyOfRange(good, 32, 64));
        assertThat(s).isLessThan(Edwards.L);
        int tried = 0;
        for (BigInteger more = s.add(Edwards.L);
                more.bitLength() <= 256;
                more = more.add(Edwards.L)) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(good, more))).isFalse();
            tried++;
        }
        assertThat(tried).isGreaterThanOrEqualTo(14);
        for (BigInteger odd :
                List.of(
                        BigInteger.ZERO,
                        BigInteger.ONE,
                        Edwards.L,
                        Edwards.L.subtract(BigInteger.ONE),
                        Edwards.L.subtract(s),
                        s.setBit(253),
                        s.setBit(254),
                        s.setBit(255),
                        BigInteger.TWO.pow(256).subtract(BigInteger.ONE))) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(good, odd)))
                    .as("S = %s", odd)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_otherR_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        byte[] foreign = newSigner(ed25519).sign(MESSAGE);
        Edwards torsion = Edwards.ofOrderEight();
        byte[] negative = Arrays.copyOf(good, 32);
        negative[31] ^= (byte) 0x80;
        for (byte[] r :
                List.of(
                        new byte[32],
                        Edwards.ZERO.encoded(),
                        torsion.encoded(),
                        torsion.times(BigInteger.TWO).encoded(),
                        Edwards.littleEndian(Edwards.P),
                        Edwards.littleEndian(Edwards.P.add(BigInteger.ONE)),
                        negative,
                        signer.key().bytes(),
                        Arrays.copyOf(foreign, 32))) {
            byte[] altered = good.clone();
            System.arraycopy(r, 0, altered, 0, 32);
            assertThat(verify(ed25519, signer.key(), MESSAGE, altered)).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(altered, BigInteger.ZERO)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_signatureOfAnotherSignerOrAllZero_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] foreign = newSigner(ed25519).sign(MESSAGE);
        assertThat(verify(ed25519, signer.key(), MESSAGE, foreign)).isFalse();
        assertThat(verify(ed25519, signer.key(), MESSAGE, new byte[64])).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_afterRefusals_stillTakesTheGoodOne(Ed25519 ed25519) {
        // A pooled engine that kept something of a refused signature would show here.
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int i = 0; i < 50; i++) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, 511 - i))).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, i))).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, good)).isTrue();
        }
    }

    private static Signer newSigner(Ed25519 ed25519) {
        return ed25519.signer(Seed.generate(NKeyType.USER, new SecureRandom()));
    }

    private static boolean verify(Ed25519 ed25519, NKey key, byte[] message, byte[] signature) {
        return ed25519.verify(key, message, 0, message.length, signature);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }

    private static byte[] withS(byte[] signature, BigInteger s) {
        byte[] copy = signature.clone();
        System.arraycopy(Edwards.littleEndian(s), 0, copy, 32, 32);
        return copy;
    }
}
