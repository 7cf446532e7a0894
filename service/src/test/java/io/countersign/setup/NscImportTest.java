// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set-up around keys and JWTs that nsc keeps. */
class NscImportTest {
    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private SetupResult original;
    private NscFiles files;

    @BeforeEach
    void layOut() throws Exception {
        original = Made.OPERATOR.cluster(dir.resolve("original"), ServerVersion.OLDEST);
        files = NscStore.of(original, dir.resolve("store"));
    }

    @Test
    void run_wholeStore_usesItsKeysAndCreds() throws Exception {
        SetupResult imported = run(files);

        for (String same :
                List.of(
                        "operator.jwt",
                        "accounts/AUTH.jwt",
                        "accounts/billing-2.jwt",
                        "creds/callout.creds",
                        "creds/sentinel.creds",
                        "creds/admin.creds",
                        "keys/AUTH.signing.nk",
                        "keys/billing-2.signing.nk",
                        "keys/xkey.nk")) {
            assertThat(Made.text(imported, same)).as(same).isEqualTo(Made.text(original, same));
        }
        assertThat(Made.text(imported, "countersign.yaml")).contains("\"APP\":", "\"billing-2\":");
    }

    @Test
    void run_wholeStore_leavesTheOperatorsKeysWhereTheyAre() throws Exception {
        SetupResult imported = run(files);
        assertThat(imported.folder().resolve("keys/offline")).doesNotExist();
        assertThat(String.join("\n", imported.summary())).doesNotContain("offline");
    }

    @Test
    void run_jwtWithArmour_isRead() throws Exception {
        Path armoured = dir.resolve("operator.jwt");
        Files.writeString(
                armoured,
                "-----BEGIN NATS OPERATOR JWT-----\n"
                        + Made.text(original, "operator.jwt")
                        + "\n------END NATS OPERATOR JWT------\n");
        NscFiles raw =
                new NscFiles(files.keystore(), armoured, files.accountJwts(), Optional.empty());
        assertThat(run(raw).folder()).isDirectory();
    }

    @Test
    void run_xkeyInAFileOfItsOwn_isTaken() throws Exception {
        Path xkey = original.folder().resolve("keys/xkey.nk");
        deleteTree(files.keystore().resolve("keys/X"));
        NscFiles given =
                new NscFiles(
                        files.keystore(),
                        files.operatorJwt(),
                        files.accountJwts(),
                        Optional.of(xkey));
        assertThat(Made.text(run(given), "keys/xkey.nk"))
                .isEqualTo(Made.text(original, "keys/xkey.nk"));
    }

    @Test
    void run_secretsMissing_tellsAllOfThemAndLeavesNothing() throws Exception {
        deleteTree(files.keystore().resolve("keys/A"));
        deleteTree(files.keystore().resolve("keys/X"));
        Files.delete(files.keystore().resolve("creds/countersign/AUTH/callout.creds"));
        assertThatThrownBy(() -> run(files))
                .isInstanceOfSatisfying(
                        SetupFailed.class,
                        failed ->
                                assertThat(failed.problems())
                                        .anyMatch(it -> it.startsWith("account AUTH: no seed"))
                                        .anyMatch(it -> it.startsWith("account APP: no seed"))
                                        .anyMatch(it -> it.contains("/keys/X/"))
                                        .anyMatch(it -> it.contains("callout.creds"))
                                        .hasSize(5));
        assertThat(dir.resolve("imported")).doesNotExist();
    }

    @Test
    void run_credsOfAnotherOperator_areRefused() throws Exception {
        SetupResult other = Made.OPERATOR.cluster(dir.resolve("other"), ServerVersion.OLDEST);
        for (String user : List.of("callout", "sentinel")) {
            Path creds = files.keystore().resolve("creds/countersign/AUTH/" + user + ".creds");
            Files.delete(creds);
            Files.copy(other.folder().resolve("creds/" + user + ".creds"), creds);
        }
        assertThatThrownBy(() -> run(files))
                .hasMessageContaining("callout.creds: signed by")
                .hasMessageContaining("sentinel.creds: signed by")
                .hasMessageContaining("callout.creds: not an auth user");
    }

    @Test
    void run_sentinelThatMayDoSomething_isRefused() throws Exception {
        Path folder = files.keystore().resolve("creds/countersign/AUTH");
        Files.delete(folder.resolve("sentinel.creds"));
        Files.copy(folder.resolve("callout.creds"), folder.resolve("sentinel.creds"));
        assertThatThrownBy(() -> run(files))
                .hasMessageContaining("sentinel.creds: may do something")
                .hasMessageContaining("sentinel.creds: is an auth user");
    }

    @Test
    void run_accountsOfAnotherOperator_areRefused() throws Exception {
        SetupResult other = Made.OPERATOR.cluster(dir.resolve("other"), ServerVersion.OLDEST);
        NscFiles mixed =
                new NscFiles(
                        files.keystore(),
                        other.folder().resolve("operator.jwt"),
                        files.accountJwts(),
                        Optional.empty());
        assertThatThrownBy(() -> run(mixed))
                .hasMessageContaining("AUTH.jwt: signed by")
                .hasMessageContaining("no JWT of the system account");
    }

    @Test
    void run_accountsMissing_areNamed() {
        NscFiles few =
                new NscFiles(
                        files.keystore(),
                        files.operatorJwt(),
                        files.accountJwts().stream()
                                .filter(path -> path.endsWith("APP.jwt"))
                                .toList(),
                        Optional.empty());
        assertThatThrownBy(() -> run(few))
                .hasMessageContaining("system account")
                .hasMessageContaining("0 with an auth callout")
                .hasMessageContaining("COUNTERSIGN");
    }

    @Test
    void run_allowedAccountWithoutJwt_isNamed() {
        NscFiles few =
                new NscFiles(
                        files.keystore(),
                        files.operatorJwt(),
                        files.accountJwts().stream()
                                .filter(path -> !path.endsWith("APP.jwt"))
                                .toList(),
                        Optional.empty());
        assertThatThrownBy(() -> run(few)).hasMessageContaining("no JWT of allowed account A");
    }

    @Test
    void run_xkeyOfAnother_isRefused() throws Exception {
        Path wrong = dir.resolve("wrong.nk");
        try (Seed seed = Seed.generate(NKeyType.CURVE, new SecureRandom())) {
            seed.write(wrong);
        }
        NscFiles given =
                new NscFiles(
                        files.keystore(),
                        files.operatorJwt(),
                        files.accountJwts(),
                        Optional.of(wrong));
        assertThatThrownBy(() -> run(given)).hasMessageContaining("wrong.nk: seed of X");
    }

    @Test
    void run_operatorJwtMissing_isNamed() {
        NscFiles nothing =
                new NscFiles(files.keystore(), dir.resolve("no.jwt"), List.of(), Optional.empty());
        assertThatThrownBy(() -> run(nothing)).hasMessageContaining("no.jwt: cannot be read");
    }

    private SetupResult run(NscFiles given) throws SetupFailed {
        return new OperatorSetup(ed25519, _ -> "$2a$hash", new SecureRandom(), Clock.systemUTC())
                .run(SetupOptions.in(dir.resolve("imported")), given);
    }

    private static void deleteTree(Path tree) throws Exception {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
