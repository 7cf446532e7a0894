// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HkdfTest {
    private static final byte[] SECRET = hex("0b".repeat(22));

    /** RFC 5869, A.1. */
    @Test
    void derive_basicVector_agrees() {
        assertThat(
                        Hkdf.derive(
                                SECRET,
                                hex("000102030405060708090a0b0c"),
                                hex("f0f1f2f3f4f5f6f7f8f9"),
                                42))
                .isEqualTo(
                        hex(
                                """
                                3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf
                                34007208d5b887185865
                                """));
    }

    /** RFC 5869, A.2. */
    @Test
    void derive_longVector_agrees() {
        assertThat(Hkdf.derive(range(0x00, 80), range(0x60, 80), range(0xb0, 80), 82))
                .isEqualTo(
                        hex(
                                """
                                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c
                                59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71
                                cc30c58179ec3e87c14c01d5c1f3434f1d87
                                """));
    }

    /** RFC 5869, A.3. */
    @Test
    void derive_withoutSaltAndInfoVector_agrees() {
        assertThat(Hkdf.derive(SECRET, new byte[0], new byte[0], 42))
                .isEqualTo(
                        hex(
                                """
                                8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d
                                9d201395faa4b61a96c8
                                """));
    }

    @Test
    void derive_twoLabels_giveUnrelatedKeys() {
        byte[] one = Hkdf.derive(SECRET, "countersign cluster name v1", 32);
        byte[] two = Hkdf.derive(SECRET, "countersign revocations v1", 32);
        assertThat(one).hasSize(32).isNotEqualTo(two);
        assertThat(Hkdf.derive(SECRET, "countersign cluster name v1", 32)).isEqualTo(one);
    }

    @Test
    void derive_secretOfTheCaller_isLeftAlone() {
        byte[] secret = SECRET.clone();
        byte[] _ = Hkdf.derive(secret, "label", 32);
        assertThat(secret).isEqualTo(SECRET);
    }

    @Test
    void derive_shortSecretNoLabelOrBadLength_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hkdf.derive(new byte[15], "label", 32));
        assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.derive(SECRET, "", 32));
        assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.derive(SECRET, "label", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.derive(SECRET, "label", 8161));
    }

    private static byte[] range(int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
