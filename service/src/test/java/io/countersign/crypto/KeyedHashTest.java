// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class KeyedHashTest {
    private final KeyedHash hash = KeyedHash.of(hex("0b".repeat(20)));

    @Test
    void mac_vectorsOfRfc4231_agree() {
        assertThat(hash.mac(ascii("Hi There")))
                .isEqualTo(hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
        assertThat(KeyedHash.of(hex("aa".repeat(20))).mac(hex("dd".repeat(50))))
                .isEqualTo(hex("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
        byte[] longKey = hex("aa".repeat(131));
        assertThat(
                        KeyedHash.of(longKey)
                                .mac(
                                        ascii(
                                                "Test Using Larger Than Block-Size Key - Hash Key First")))
                .isEqualTo(hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    }

    @Test
    void fingerprint_sameText_isTheFirstHalfOfTheMacInBase32() {
        // 16 bytes b0344c61…1dc2 hmac above.
        assertThat(hash.fingerprint(ascii("Hi There"))).isEqualTo("wa2eyyoy3m4fgxfiv7hk6c7rfm");
        assertThat(hash.fingerprint("Hi There")).isEqualTo(hash.fingerprint(ascii("Hi There")));
        assertThat(hash.fingerprint("Hi there"))
                .hasSize(KeyedHash.FINGERPRINT_LENGTH)
                .isNotEqualTo(hash.fingerprint("Hi There"));
    }

    @Test
    void fingerprint_otherSecret_differs() {
        KeyedHash other = KeyedHash.of(hex("0c".repeat(20)));
        assertThat(other.fingerprint("Hi There")).isNotEqualTo(hash.fingerprint("Hi There"));
    }

    @Test
    void isMac_alteredOrCut_isFalse() {
        byte[] mac = hash.mac(ascii("Hi There"));
        assertThat(hash.isMac(ascii("Hi There"), mac)).isTrue();
        mac[31] ^= 1;
        assertThat(hash.isMac(ascii("Hi There"), mac)).isFalse();
        assertThat(hash.isMac(ascii("Hi There"), new byte[0])).isFalse();
    }

    @Test
    void of_shortSecret_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyedHash.of(new byte[15]))
                .withMessageContaining("expected: ≥ 16");
    }

    @Test
    void close_then_hashesNothingMore() {
        hash.close();
        assertThatIllegalStateException().isThrownBy(() -> hash.mac(new byte[0]));
    }

    @Test
    void toString_keyedHash_isRedacted() {
        assertThat(hash).hasToString("KeyedHash[redacted]");
    }

    @Test
    void constantTime_equal_comparesLengthAndBytes() {
        assertThat(ConstantTime.equal(ascii("abc"), ascii("abc"))).isTrue();
        assertThat(ConstantTime.equal(ascii("abc"), ascii("abd"))).isFalse();
        assertThat(ConstantTime.equal(ascii("abc"), ascii("ab"))).isFalse();
        assertThat(ConstantTime.equal(ascii("xabc"), 1, ascii("abcx"), 0, 3)).isTrue();
        assertThat(ConstantTime.equal(ascii("xabc"), 0, ascii("abcx"), 0, 3)).isFalse();
    }
}
