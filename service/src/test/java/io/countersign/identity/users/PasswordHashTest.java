// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final String SALT_AND_HASH =
            "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    private final SecureRandom random = new SecureRandom();

    /** From the reference implementations' own tests: phc-winner-argon2 and crypt_blowfish. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "U*U $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "U*U $2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "U*U $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "U*U* $2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
                "U*U*U $2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
            })
    void matches_publishedVectors_onlyTheRightPassword(String password, String encoded) {
        PasswordHash hash = PasswordHash.parse(encoded);

        assertThat(hash.matches(utf8(password))).isTrue();
        assertThat(hash.matches(utf8(password + "x"))).isFalse();
        assertThat(hash.matches(utf8(""))).isFalse();
        assertThat(hash.encoded()).isEqualTo(encoded);
    }

    @Test
    void make_password_hasTheDefaultCostAndItsOwnSalt() {
        PasswordHash one = PasswordHash.make(utf8("grüße"), random);
        PasswordHash two = PasswordHash.make(utf8("grüße"), random);

        assertThat(one.cost()).isEqualTo("argon2id m=19456,t=2,p=1");
        assertThat(one).isNotEqualTo(two);
        assertThat(PasswordHash.parse(one.encoded())).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(PasswordHash.parse(one.encoded()).matches(utf8("grüße"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$1$abc$def",
                "$argon2i$v=19$m=256,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$m=256,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=16$m=256,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$t=2,m=256,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=256,t=2,p=1,keyid=x" + SALT_AND_HASH,
                "$argon2id$v=19$m=0256,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=-1,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=256,t=0,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=256,t=2,p=0" + SALT_AND_HASH,
                "$argon2id$v=19$m=256,t=2,p=1" + SALT_AND_HASH + "=",
                "$argon2id$v=19$m=256,t=2,p=1" + SALT_AND_HASH + "\n",
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHR$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=256,t=2,p=1$c29tZQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOg",
                "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeX",
            })
    void parse_malformed_isRefusedWithoutRepeatingIt(String encoded) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordHash.parse(encoded))
                .withMessageContaining("expected: ")
                .satisfies(e ->
                        assertThat(e.getMessage())
                                .doesNotContain("secret", "nf65", "c29t", "E5YP"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "$argon2id$v=19$m=131073,t=1,p=1 131072",
                "$argon2id$v=19$m=9999999,t=1,p=1 131072",
                "$argon2id$v=19$m=65536,t=5,p=1 262144",
                "$argon2id$v=19$m=8,t=99999,p=1 262144",
                "$argon2id$v=19$m=256,t=1,p=17 16",
                "$argon2id$v=19$m=15,t=1,p=2 each",
            })
    void parse_absurdArgon2_isRefused(String parameters, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordHash.parse(parameters + SALT_AND_HASH))
                .withMessageContaining("Argon2id")
                .withMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "14", "31", "99"})
    void parse_absurdBcrypt_isRefused(String cost) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PasswordHash.parse(
                                "$2a$"
                                        + cost
                                        + "$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
                .withMessageContaining("expected: 4 to 13");
    }

    /** bcrypt repeats the password with a NUL between, so both of these have one hash. */
    @Test
    void matches_bcryptPasswordRepeatedWithNul_isFalse() {
        PasswordHash hash =
                PasswordHash.parse("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");

        assertThat(hash.matches(utf8("U*U\0U*U"))).isFalse();
        assertThat(hash.matches(utf8("U*U\0"))).isFalse();
    }

    /** bcrypt looks at the first 72 bytes only. */
    @Test
    void matches_bcryptPasswordLongerThan72Bytes_isFalse() {
        byte[] longest = utf8("a".repeat(72));
        PasswordHash hash =
                PasswordHash.parse(OpenBSDBCrypt.generate("2b", longest, new byte[16], 4));

        assertThat(hash.matches(longest)).isTrue();
        assertThat(hash.matches(utf8("a".repeat(73)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            })
    void decoy_ofAHash_costsTheSameAndMatchesNothing(String encoded) {
        PasswordHash hash = PasswordHash.parse(encoded);
        PasswordHash decoy = hash.decoy(random);

        assertThat(decoy.cost()).isEqualTo(hash.cost());
        assertThat(PasswordHash.parse(decoy.encoded())).isEqualTo(decoy).isNotEqualTo(hash);
        assertThat(decoy.matches(utf8("password"))).isFalse();
        assertThat(decoy.matches(utf8("U*U"))).isFalse();
    }

    @Test
    void toString_anyHash_showsOnlyTheCost() {
        assertThat(PasswordHash.parse("$argon2id$v=19$m=256,t=2,p=1" + SALT_AND_HASH))
                .hasToString("PasswordHash[argon2id m=256,t=2,p=1]");
        assertThat(
                        PasswordHash.parse(
                                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
                .hasToString("PasswordHash[bcrypt cost=5]");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
