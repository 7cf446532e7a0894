// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of the authors' reference implementation: key 00 01 … 0f, input 00 01 …. */
class SipHashTest {
    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 726fdb47dd0e0e31",
        "1, 74f839c593dc67fd",
        "7, ab0200f58b01d137",
        "8, 93f5f5799a932462",
        "15, a129ca6149be45e5",
        "16, 3f2acc7f57c29bdb"
    })
    void hash_ofTheReferenceInputs_isTheReferences(int length, String expected) {
        SipHash hash = SipHash.of(counting(SipHash.KEY));
        assertThat("%016x".formatted(hash.hash(counting(length), length))).isEqualTo(expected);
        // What stands behind the length does not count.
        assertThat(hash.hash(counting(length + 9), length))
                .isEqualTo(hash.hash(counting(length), length));
    }

    @Test
    void key_ofAnotherLength_isRefused() {
        assertThatThrownBy(() -> SipHash.of(new byte[15]))
                .hasMessage("key: 15 bytes (expected: 16)");
    }
}
