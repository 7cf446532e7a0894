// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.hex;
import static io.countersign.crypto.Vectors.key;
import static io.countersign.crypto.Vectors.keyText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NKeyTest {
    private static final byte[] RAW =
            hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static final String ACCOUNT =
            "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU";

    /** The reference's appendix A. */
    @ParameterizedTest
    @CsvSource({
        "ACCOUNT, ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU",
        "USER, UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL",
        "OPERATOR, ODLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVH7S",
        "SERVER, NDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUM4A",
        "CLUSTER, CDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUDRI"
    })
    void parse_appendixVector_givesTypeAndBytesAndBack(NKeyType type, String text)
            throws Exception {
        NKey key = NKey.parse(text);
        assertThat(key.type()).isEqualTo(type);
        assertThat(key.bytes()).isEqualTo(RAW);
        assertThat(key.text()).isEqualTo(text).hasSize(56).startsWith("" + type.letter());
        assertThat(NKey.of(type, RAW)).isEqualTo(key).hasToString(text);
        assertThat(NKey.parse(text, type)).isEqualTo(key).hasSameHashCodeAs(key);
    }

    @Test
    void crc_checkValueOfTheReference_agrees() {
        assertThat(Crc16.of(ascii("123456789"), 9)).isEqualTo(0x31c3);
    }

    // Checklist 11.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ACCOUNT")
    void parse_otherType_isRefused(NKeyType type) {
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> NKey.parse(ACCOUNT, type))
                .withMessage("nkey: type ACCOUNT (expected: " + type + ")");
    }

    // Checklist 11.
    @Test
    void parse_everyOneLetterChange_isRefused() {
        for (int at = 0; at < ACCOUNT.length(); at++) {
            for (char letter : "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray()) {
                if (ACCOUNT.charAt(at) != letter) {
                    String changed = ACCOUNT.substring(0, at) + letter + ACCOUNT.substring(at + 1);
                    assertThatExceptionOfType(InvalidKey.class)
                            .as(changed)
                            .isThrownBy(() -> NKey.parse(changed));
                }
            }
        }
    }

    // Checklist 11.
    @Test
    void parse_otherLength_isRefused() {
        for (int length = 0; length < ACCOUNT.length(); length++) {
            String cut = ACCOUNT.substring(0, length);
            assertThatExceptionOfType(InvalidKey.class)
                    .isThrownBy(() -> NKey.parse(cut))
                    .withMessageContaining("expected: a public key, 56 characters");
        }
        for (String longer :
                new String[] {ACCOUNT + "A", ACCOUNT + "=", " " + ACCOUNT, ACCOUNT + "\n"}) {
            assertThatExceptionOfType(InvalidKey.class).isThrownBy(() -> NKey.parse(longer));
        }
    }

    @Test
    void parse_textForOtherNumbersOfBytes_isRefused() {
        for (int length : new int[] {0, 31, 33, 64}) {
            String text = keyText(NKeyType.ACCOUNT.prefix(), new byte[length]);
            assertThatExceptionOfType(InvalidKey.class).isThrownBy(() -> NKey.parse(text));
        }
    }

    // Checklist 11.
    @Test
    void parse_lowerCase_isRefused() {
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> NKey.parse(ACCOUNT.toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(chars = {'0', '1', '8', '9', '=', ' ', '\0', 'ä', '\u0141', '\uff21', '\ud83d'})
    void parse_letterOutsideTheAlphabet_isRefused(char letter) {
        // U+0141 and U+FF21 end in the byte of 'A': a cast to byte would take the first for it.
        for (int at : new int[] {0, 20, 55}) {
            String changed = ACCOUNT.substring(0, at) + letter + ACCOUNT.substring(at + 1);
            assertThatExceptionOfType(InvalidKey.class).isThrownBy(() -> NKey.parse(changed));
        }
    }

    // Checklist 11: Go masks the low three bits of the prefix, we do not.
    @Test
    void parse_everyOtherPrefixByte_isRefused() throws Exception {
        for (int prefix = 0; prefix < 256; prefix++) {
            String text = keyText(prefix, RAW);
            if (NKeyType.ofPrefix(prefix).isPresent()) {
                assertThat(NKey.parse(text).type().prefix()).isEqualTo(prefix);
            } else {
                assertThatExceptionOfType(InvalidKey.class)
                        .as("prefix %d", prefix)
                        .isThrownBy(() -> NKey.parse(text));
            }
        }
    }

    @Test
    void parse_seedInThePlaceOfAKey_isRefusedWithoutRepeatingIt() {
        String seed = "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q";
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> NKey.parse(seed))
                .withMessageContaining("a seed?")
                .withMessageNotContaining("SAAJ");
    }

    @Test
    void of_otherLength_isRefused() {
        assertThatExceptionOfType(InvalidKey.class)
                .isThrownBy(() -> NKey.of(NKeyType.USER, new byte[31]))
                .withMessage("nkey: 31 bytes (expected: 32)");
    }

    @Test
    void bytes_changedByTheCaller_leaveTheKeyAlone() {
        byte[] raw = RAW.clone();
        NKey key = key(NKeyType.USER, raw);
        raw[0]++;
        key.bytes()[1]++;
        assertThat(key.bytes()).isEqualTo(RAW);
    }

    @Test
    void equals_otherTypeOrBytes_isFalse() {
        byte[] other = RAW.clone();
        other[5] ^= 1;
        NKey key = key(NKeyType.USER, RAW);
        assertThat(key)
                .isNotEqualTo(key(NKeyType.ACCOUNT, RAW))
                .isNotEqualTo(key(NKeyType.USER, other))
                .isNotEqualTo(key.text());
    }
}
