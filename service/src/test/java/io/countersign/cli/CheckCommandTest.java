// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.kit.VaultStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir Path temporary;
    private CommandFolder folder;

    @BeforeEach
    void prepare() throws Exception {
        folder = CommandFolder.in(temporary);
    }

    @Test
    void check_goodFiles_saysSoWithWarnings() throws Exception {
        CommandRun run = CommandRun.of("check", "-c", folder.config());

        assertThat(run.out()).isEqualTo(CommandFolder.resource("golden/check-good.txt"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    /** Also when countersign.yaml itself is broken: nobody wants to find them one by one. */
    @Test
    void check_everyFileBroken_listsAllProblemsAtOnce() throws Exception {
        folder.replace("countersign.yaml", "mode: static", "mode: statik");
        folder.replace("policy.yaml", "account: APP\n", "account: APPP\n");
        folder.replace("users.yaml", "name: bob", "name: alice");

        CommandRun run = CommandRun.of("check", "-c", folder.config());

        assertThat(run.out()).isEqualTo(CommandFolder.resource("golden/check-broken.txt"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void check_keyOfAnotherType_isAProblemWithItsLine() throws Exception {
        folder.replace("countersign.yaml", "issuers: [keys/issuer.nk]", "issuers: [keys/xkey.nk]");

        CommandRun run = CommandRun.of("check", "-c", folder.config());

        assertThat(folder.nameless(run.out()))
                .contains("countersign.yaml:8: keys.issuers[0]: FOLDER/keys/xkey.nk: ", "ACCOUNT");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    /** There is no seed to look its public half up in, and servers have to know it. */
    @Test
    void check_keyThatSignsElsewhere_namesItsPublicHalf() throws Exception {
        try (VaultStub vault = new VaultStub("token-of-vault");
                Seed seed = Seed.read(temporary.resolve("keys/issuer.nk"))) {
            vault.put("issuer", Ed25519.best().signer(seed));
            folder.replace(
                    "countersign.yaml",
                    "issuers: [keys/issuer.nk]",
                    "issuers: [{transit: \"transit/issuer#2\"}]");
            Files.setPosixFilePermissions(
                    folder.write("keys/vault.token", "token-of-vault"),
                    PosixFilePermissions.fromString("rw-------"));
            folder.replace(
                    "countersign.yaml",
                    "users: users.yaml",
                    "users: users.yaml\nvault: {address: \"%s\", token: {file: keys/vault.token}}"
                            .formatted(vault.url()));

            CommandRun run = CommandRun.of("check", "-c", folder.config());

            assertThat(run.out())
                    .contains("keys.issuers[0] is " + seed.publicKey() + " in transit/issuer#2");
            vault.fails(503);
            CommandRun sealed = CommandRun.of("check", "-c", folder.config());
            assertThat(sealed.out())
                    .contains("keys.issuers[0]: ", "transit/keys/issuer answers 503")
                    .doesNotContain("token-of-vault");
            assertThat(sealed.exitCode()).isEqualTo(ExitCode.NO);
        }
    }

    @Test
    void check_brokenKey_isNotShown() throws Exception {
        String seed = Files.readString(temporary.resolve("keys/issuer.nk")).strip();
        folder.write("keys/issuer.nk", seed.substring(0, 57));

        CommandRun run = CommandRun.of("check", "-c", folder.config(), "--json");

        assertThat(run.out())
                .contains("\"ok\" : false", "keys.issuers[0]")
                .doesNotContain(seed.substring(2, 30));
    }

    @Test
    void check_missingFile_isTheAnswerNo() {
        CommandRun run = CommandRun.of("check", "-c", temporary.resolve("none.yaml").toString());

        assertThat(run.out()).contains("none.yaml: no such file", "1 problem.");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    /** Made as a start would make them; none of their backends is there, and none is asked. */
    @Test
    void check_authenticatorOfEachKind_isGoodWithoutAskingAnybody() throws Exception {
        CommandRun run = CommandRun.of("check", "-c", folder.withEveryKind().config());

        assertThat(run.out()).contains("9 authenticators, 8 secrets opened");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void check_authenticatorsWithBadFiles_haveAProblemEach() throws Exception {
        folder.withEveryKind();
        folder.write("cluster.json", "{\"keys\":[]}");
        folder.replace(
                "countersign.yaml",
                "base: dc=example",
                "base: dc=example, filter: \"(uid={name}\"");

        CommandRun run = CommandRun.of("check", "-c", folder.config());

        assertThat(run.out())
                .contains("authenticators[3]", "authenticators[7]")
                .contains("2 problems")
                .doesNotContain("a-secret-of-24-characters");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void check_shorthands_areWrittenOut() throws Exception {
        folder.replace(
                "policy.yaml",
                "account: APP\n",
                """
                account: APP
                      inbox: _INBOX_{{name}}
                      buckets: [{bucket: b, write: x}]
                """);

        assertThat(CommandRun.of("check", "-c", folder.config()).out())
                .contains(
                        "grant.inbox stands for\n  subscribe  _INBOX_{{name}}.>\n",
                        """
                        grant.buckets[0] stands for
                          publish    $JS.API.STREAM.INFO.KV_b
                          publish    $KV.b.x
                        """);
        assertThat(CommandRun.of("check", "-c", folder.config(), "--json").out())
                .contains("stands-for", "$KV.b.x");
    }

    @Test
    void check_shadowPolicy_isJudgedLikeTheOther() throws Exception {
        folder.replace("countersign.yaml", "users: ", "shadow-policy: next.yaml\nusers: ");
        folder.write("next.yaml", CommandFolder.resource("policy.yaml"));
        CommandRun good = CommandRun.of("check", "-c", folder.config());
        assertThat(good.out()).contains("next.yaml         good: 3 rules");
        assertThat(good.exitCode()).isEqualTo(ExitCode.DONE);

        folder.replace("next.yaml", "account: APP\n", "account: APPP\n");
        CommandRun bad = CommandRun.of("check", "-c", folder.config());
        assertThat(bad.out()).contains("next.yaml:", "\"APPP\" is not known");
        assertThat(bad.exitCode()).isEqualTo(ExitCode.NO);
    }

    @Test
    void check_unknownOption_isWrongUsage() {
        assertThat(CommandRun.of("check", "--fast").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
