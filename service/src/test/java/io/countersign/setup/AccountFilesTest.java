// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.AccountLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and folders that somebody wants to push. */
class AccountFilesTest {
    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private SetupResult made;

    @BeforeEach
    void setUp() throws Exception {
        made = Made.OPERATOR.cluster(dir.resolve("made"), ServerVersion.OLDEST);
    }

    @Test
    void read_folderOfASetup_findsItsAccountsAndOperator() throws Exception {
        AccountFiles.Found found = read(made.folder());
        assertThat(found.accounts())
                .extracting(AccountFile::name)
                .containsExactly("APP", "AUTH", "COUNTERSIGN", "SYS", "billing-2");
        assertThat(found.operator()).isPresent();
        assertThat(read(accounts()).operator()).isPresent();
    }

    @Test
    void read_plainFolder_findsAccountsButNotTheOperatorAmongThem() throws Exception {
        Path plain = Files.createDirectory(dir.resolve("plain"));
        Files.copy(accounts().resolve("APP.jwt"), plain.resolve("a.jwt"));
        Files.copy(made.folder().resolve("operator.jwt"), plain.resolve("operator.jwt"));
        Files.writeString(plain.resolve("notes.txt"), "no JWT");
        AccountFiles.Found found = read(plain);
        assertThat(found.accounts()).extracting(AccountFile::name).containsExactly("APP");
        assertThat(found.operator()).isPresent();
    }

    @Test
    void read_armouredFile_isRead() throws Exception {
        Path file = dir.resolve("raw.jwt");
        Files.writeString(
                file,
                "-----BEGIN NATS ACCOUNT JWT-----\n"
                        + Made.text(made, "accounts/APP.jwt")
                        + "\n------END NATS ACCOUNT JWT------\n");
        assertThat(read(file).accounts()).extracting(AccountFile::name).containsExactly("APP");
    }

    @Test
    void read_everythingWrong_isToldAtOnceWithItsPlace() throws Exception {
        Path twin = Files.copy(accounts().resolve("APP.jwt"), dir.resolve("twin.jwt"));
        Path user = Files.writeString(dir.resolve("text.jwt"), "hello");
        Path edited =
                Files.writeString(
                        dir.resolve("edited.jwt"),
                        Made.text(made, "accounts/AUTH.jwt").replaceAll("....$", "AAAA"));
        Path empty = Files.createDirectory(dir.resolve("empty"));
        Path expired = expired();
        assertThatThrownBy(() ->
                        read(
                                accounts().resolve("APP.jwt"),
                                twin,
                                user,
                                edited,
                                empty,
                                expired,
                                dir.resolve("none.jwt")))
                .isInstanceOfSatisfying(
                        SetupFailed.class,
                        failed ->
                                assertThat(failed.problems())
                                        .anyMatch(it -> it.startsWith(twin + ": account A"))
                                        .anyMatch(it -> it.startsWith(user + ": "))
                                        .anyMatch(it -> it.startsWith(edited + ": "))
                                        .anyMatch(it -> it.startsWith(empty + ": no account JWT"))
                                        .anyMatch(it -> it.startsWith(expired + ": expired"))
                                        .anyMatch(it -> it.contains("none.jwt: cannot be read"))
                                        .hasSize(6));
    }

    @Test
    void read_accountOfAnotherOperator_isRefused() throws Exception {
        SetupResult other = Made.OPERATOR.cluster(dir.resolve("other"), ServerVersion.OLDEST);
        Optional<Path> operator = Optional.of(other.folder().resolve("operator.jwt"));
        assertThatThrownBy(() ->
                        AccountFiles.read(
                                List.of(accounts().resolve("APP.jwt")), operator, ed25519, NOW))
                .hasMessageContaining("APP.jwt: signed by O")
                .hasMessageContaining("of operator countersign");
    }

    private Path expired() throws Exception {
        try (Seed seed = Seed.read(made.folder().resolve("keys/offline/operator.signing.nk"))) {
            AccountClaims claims =
                    new AccountClaims(
                            keyOf("SYS"),
                            "SYS",
                            NOW.minusSeconds(60),
                            Optional.of(NOW.minusSeconds(1)),
                            AccountLimits.NONE,
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            List.of());
            return Files.write(
                    dir.resolve("expired.jwt"), AccountJwt.mint(claims, ed25519.signer(seed)));
        }
    }

    private NKey keyOf(String account) throws Exception {
        try (Seed seed = Seed.read(made.folder().resolve("keys/offline/" + account + ".nk"))) {
            return seed.publicKey();
        }
    }

    private Path accounts() {
        return made.folder().resolve("accounts");
    }

    private AccountFiles.Found read(Path... places) throws SetupFailed {
        return AccountFiles.read(Arrays.asList(places), Optional.empty(), ed25519, NOW);
    }
}
