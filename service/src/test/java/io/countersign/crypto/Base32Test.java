// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base32Test {
    /** RFC 4648, section 10, without the padding. */
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "f, MY",
        "fo, MZXQ",
        "foo, MZXW6",
        "foob, MZXW6YQ",
        "fooba, MZXW6YTB",
        "foobar, MZXW6YTBOI"
    })
    void encode_vectorOfTheRfc_agreesInBothDirections(String clear, String text) throws Exception {
        assertThat(Base32.encode(ascii(clear))).isEqualTo(ascii(text));
        assertThat(Base32.decode(ascii(text), 0, text.length())).isEqualTo(ascii(clear));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MZ", "MZXR", "MZXW7", "MZXW6YR", "A", "AAA", "AAAAAA", "B", "my"})
    void decode_otherTextOfTheSameValue_isRefused(String text) {
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> Base32.decode(ascii(text), 0, text.length()));
    }

    @Test
    void decode_anyLetters_areRefusedOrEncodeBack() {
        Random random = new Random(32);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(20)];
            for (int at = 0; at < text.length; at++) {
                text[at] = (byte) "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(random.nextInt(32));
            }
            try {
                assertThat(Base32.encode(Base32.decode(text, 0, text.length))).isEqualTo(text);
                taken++;
            } catch (InvalidKey e) {
                assertThat(e).hasMessageContaining("trailing bits");
            }
        }
        assertThat(taken).isPositive();
    }
}
