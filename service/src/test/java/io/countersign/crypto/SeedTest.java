// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.hex;
import static io.countersign.crypto.Vectors.seed;
import static io.countersign.crypto.Vectors.seedText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SeedTest {
    private static final byte[] SECRET =
            hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private static final String ACCOUNT =
            "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q";

    /** The reference's appendix A. */
    @ParameterizedTest
    @CsvSource({
        "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q,"
                + " ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU",
        "SUAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YALCA,"
                + " UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL",
        "SOAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YFUVY,"
                + " ODLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVH7S",
        "SNAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YFXBM,"
                + " NDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUM4A",
        "SCAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YH2DI,"
                + " CDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUDRI",
        "SXAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6IC6WE,"
                + " XAD2G7F4CQQJHSFXKXOBWEHINS2CMN2K2FVKQU7NBPP4BMVYNUOHZWPX",
        "SXAECQSDIRCUMR2IJFFEWTCNJZHVAUKSKNKFKVSXLBMVUW24LVPF6YE6DY,"
                + " XBSLCANR2C7FVBYEXUDY7GEVAAP4APUOT6KSF4MI3UJI3GCG2SCGNMDB"
    })
    void parse_appendixVector_givesThePublicKeyAndBack(String text, String publicKey)
            throws Exception {
        try (Seed seed = Seed.parse(ascii(text))) {
            assertThat(seed.publicKey()).hasToString(publicKey);
            assertThat(seed.encoded()).isEqualTo(ascii(text));
        }
    }

    @Test
    void parse_whiteSpaceAround_isAllowed() throws Exception {
        Seed seed = Seed.parse(ascii(" \t\r\n" + ACCOUNT + "\r\n\n "));
        assertThat(seed.encoded()).isEqualTo(ascii(ACCOUNT));
    }

    @Test
    void parse_arrayWipedByTheCaller_leavesTheSeedAlone() throws Exception {
        byte[] ascii = ascii(ACCOUNT);
        Seed seed = Seed.parse(ascii);
        Arrays.fill(ascii, (byte) 0);
        assertThat(seed.secret()).isEqualTo(SECRET);
        Arrays.fill(seed.secret(), (byte) 0);
        assertThat(seed.secret()).isEqualTo(SECRET);
    }

    @Test
    void parse_everyOneLetterChange_isRefusedWithoutRepeatingIt() {
        // Among them the last letter's two spare bits: non-canonical, though the CRC is right.
        for (int at = 0; at < ACCOUNT.length(); at++) {
            for (char letter : "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567a01 =".toCharArray()) {
                if (ACCOUNT.charAt(at) != letter) {
                    String changed = ACCOUNT.substring(0, at) + letter + ACCOUNT.substring(at + 1);
                    assertThatExceptionOfType(InvalidKey.class)
                            .as("letter %d: %s", at, letter)
                            .isThrownBy(() -> Seed.parse(ascii(changed)))
                            .withMessageNotContaining(changed.substring(10, 20));
                }
            }
        }
    }

    @Test
    void parse_otherLength_isRefused() {
        for (int length = 0; length < ACCOUNT.length(); length++) {
            byte[] cut = ascii(ACCOUNT.substring(0, length));
            assertThatExceptionOfType(InvalidKey.class)
                    .isThrownBy(() -> Seed.parse(cut))
                    .withMessage("seed: " + length + " characters (expected: 58)");
        }
    }

    @Test
    void parse_everyOtherMarker_isRefused() throws Exception {
        for (int two = 0; two < 65536; two++) {
            int first = two >> 8;
            int second = two & 0xff;
            byte[] text = ascii(seedText(first, second, SECRET));
            int prefix = ((first & 7) << 5) | (second >> 3);
            if ((first & 0xf8) == 144
                    && (second & 7) == 0
                    && NKeyType.ofPrefix(prefix).isPresent()) {
                assertThat(Seed.parse(text).publicKey().type().prefix()).isEqualTo(prefix);
            } else {
                assertThatExceptionOfType(InvalidKey.class).isThrownBy(() -> Seed.parse(text));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void generate_eachType_givesNewSeedsThatParse(NKeyType type) throws Exception {
        SecureRandom random = new SecureRandom();
        Seed one = Seed.generate(type, random);
        Seed two = Seed.generate(type, random);
        assertThat(one.publicKey().type()).isEqualTo(type);
        assertThat(one.publicKey()).isNotEqualTo(two.publicKey());
        assertThat(Seed.parse(one.encoded()).publicKey()).isEqualTo(one.publicKey());
        assertThat(one.encoded()).startsWith((byte) 'S', (byte) type.letter());
    }

    @Test
    void close_then_onlyThePublicKeyIsLeft() {
        Seed seed = seed(ACCOUNT);
        seed.close();
        seed.close();
        assertThat(seed.publicKey().type()).isEqualTo(NKeyType.ACCOUNT);
        assertThatIllegalStateException().isThrownBy(seed::encoded).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> Ed25519.best().signer(seed));
    }

    @Test
    void toString_seed_isRedacted() {
        assertThat(seed(ACCOUNT)).hasToString("Seed[redacted]");
    }

    @Test
    void equals_sameSecret_isFalse() {
        assertThat(seed(ACCOUNT)).isNotEqualTo(seed(ACCOUNT));
    }
}
