// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Secret;
import io.countersign.kit.CheapHash;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDirectoryTest {
    private static final String BCRYPT =
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private final SecureRandom random = new SecureRandom();

    @Test
    void new_sameNameTwice_isRefused() {
        assertRefused("name: ann", User.named("ann").build(), User.named("ann").build());
    }

    @Test
    void new_sameTokenTwice_isRefusedByItsId() {
        UserToken token = new UserToken("ci", TokenHash.of(Secret.of("t")), Optional.empty());

        assertRefused(
                "token: ci of bob",
                User.named("ann").token(token).build(),
                User.named("bob").token(token).build());
    }

    @Test
    void new_sameNkeyTwice_isRefused() {
        Seed seed = Seed.generate(NKeyType.USER, random);

        assertRefused(
                "nkey: " + seed.publicKey().text(),
                User.named("ann").nkey(seed.publicKey()).build(),
                User.named("bob").nkey(seed.publicKey()).build());
    }

    @Test
    void decoy_mixedHashes_costsWhatMostUsersCost() {
        UserDirectory mostlyBcrypt =
                new UserDirectory(
                        List.of(
                                User.named("a").password(PasswordHash.parse(BCRYPT)).build(),
                                User.named("b").password(PasswordHash.parse(BCRYPT)).build(),
                                User.named("c").password(CheapHash.of("x")).build(),
                                User.named("d").build()));

        assertThat(mostlyBcrypt.decoy(random).cost()).isEqualTo("bcrypt cost=5");
    }

    @Test
    void decoy_noPasswords_costsTheDefault() {
        assertThat(new UserDirectory(List.of()).decoy(random).cost())
                .isEqualTo("argon2id m=19456,t=2,p=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\0"})
    void user_badName_isRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.named(name).build())
                .withMessageStartingWith("name: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.named("x".repeat(257)).build())
                .withMessageStartingWith("name: 257 bytes");
    }

    @Test
    void user_nkeyOfAnAccount_isRefused() {
        Seed account = Seed.generate(NKeyType.ACCOUNT, random);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.named("ann").nkey(account.publicKey()).build())
                .withMessageContaining("expected: a user key");
    }

    @Test
    void tokenHash_parse_isTheSha256InHex() {
        String sha256OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        assertThat(TokenHash.parse(sha256OfAbc))
                .isEqualTo(TokenHash.of(Secret.of("abc")))
                .isEqualTo(TokenHash.parse(sha256OfAbc.toUpperCase(Locale.ROOT)));
        assertThat(TokenHash.parse(sha256OfAbc)).hasToString("TokenHash[ba7816bf…]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my-plain-token", "ba78", "zz"})
    void tokenHash_parseNoHash_isRefusedWithoutRepeatingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenHash.parse(text))
                .withMessageContaining("64 hexadecimal")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("plain", "ba78", "zz"));
    }

    @Test
    void toString_usersAndHashes_showNoHash() {
        User ann =
                User.named("ann")
                        .password(PasswordHash.parse(BCRYPT))
                        .token(new UserToken("ci", TokenHash.of(Secret.of("t")), Optional.empty()))
                        .build();

        assertThat(ann.toString()).contains("ann", "ci").doesNotContain("E5YPO9");
        assertThat(new UserDirectory(List.of(ann))).hasToString("UserDirectory[1 users]");
    }

    private static void assertRefused(String start, User... users) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UserDirectory(List.of(users)))
                .withMessageStartingWith(start);
    }
}
