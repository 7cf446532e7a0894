// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.hex;
import static io.countersign.crypto.Vectors.keyText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class WeakPointsTest {
    private static final BigInteger SIGN = BigInteger.TWO.pow(255);

    /** The eight points whose order divides 8, computed, in every encoding that a decoder takes. */
    private static List<byte[]> smallOrder() {
        Edwards torsion = Edwards.ofOrderEight();
        List<byte[]> encodings = new ArrayList<>();
        Edwards point = Edwards.ZERO;
        for (int i = 0; i < 8; i++) {
            encodings.add(point.encoded());
            byte[] otherSign = point.encoded();
            otherSign[31] ^= (byte) 0x80;
            encodings.add(otherSign);
            point = point.plus(torsion);
        }
        assertThat(point).isEqualTo(Edwards.ZERO);
        return encodings;
    }

    private static Stream<byte[]> notReduced() {
        return Stream.iterate(BigInteger.ZERO, i -> i.add(BigInteger.ONE))
                .limit(19)
                .map(Edwards.P::add)
                .flatMap(y -> Stream.of(y, y.add(SIGN)))
                .map(Edwards::littleEndian);
    }

    // Checklist 11.
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CURVE")
    void of_ed25519KeyOfSmallOrder_isRefused(NKeyType type) {
        assertThat(smallOrder()).hasSize(16);
        for (byte[] raw : smallOrder()) {
            String what = HexFormat.of().formatHex(raw);
            assertThatExceptionOfType(InvalidKey.class)
                    .as(what)
                    .isThrownBy(() -> NKey.of(type, raw))
                    .withMessageContaining("small order");
            assertThatExceptionOfType(InvalidKey.class)
                    .as(what)
                    .isThrownBy(() -> NKey.parse(keyText(type.prefix(), raw)));
        }
    }

    // Checklist 11.
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CURVE")
    void of_ed25519KeyNotReduced_isRefused(NKeyType type) {
        assertThat(notReduced()).hasSize(38);
        assertThat(notReduced())
                .allSatisfy(raw ->
                        assertThatExceptionOfType(InvalidKey.class)
                                .isThrownBy(() -> NKey.of(type, raw))
                                .withMessageContaining("canonical"));
    }

    @Test
    void of_curveKeyOfSmallOrder_isRefused() {
        byte[] scalar = hex("4a".repeat(32));
        List<byte[]> weak =
                Stream.of(
                                "0000000000000000000000000000000000000000000000000000000000000000",
                                "0100000000000000000000000000000000000000000000000000000000000000",
                                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
                        .map(Vectors::hex)
                        .toList();
        for (byte[] raw : weak) {
            byte[] topBit = raw.clone();
            topBit[31] |= (byte) 0x80;
            for (byte[] encoding : List.of(raw, topBit)) {
                // That it deserves it: everybody can compute this shared secret.
                assertThat(X25519.calculateAgreement(scalar, 0, encoding, 0, new byte[32], 0))
                        .isFalse();
                assertThatExceptionOfType(InvalidKey.class)
                        .as(HexFormat.of().formatHex(encoding))
                        .isThrownBy(() -> NKey.of(NKeyType.CURVE, encoding));
            }
        }
    }

    @Test
    void of_curveKeyThatX25519NeverPutsOut_isRefused() {
        assertThat(notReduced())
                .allSatisfy(raw ->
                        assertThatExceptionOfType(InvalidKey.class)
                                .isThrownBy(() -> NKey.of(NKeyType.CURVE, raw)));
        byte[] topBit = hex("64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484e6");
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> NKey.of(NKeyType.CURVE, topBit));
    }

    @ParameterizedTest
    @EnumSource
    void of_keysThatSeedsGive_areTaken(NKeyType type) throws Exception {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 200; i++) {
            NKey key = Seed.generate(type, random).publicKey();
            assertThat(NKey.of(type, key.bytes())).isEqualTo(key);
        }
    }
}
