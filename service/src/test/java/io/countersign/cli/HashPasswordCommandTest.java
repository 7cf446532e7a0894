// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.users.PasswordHash;
import org.junit.jupiter.api.Test;

class HashPasswordCommandTest {
    @Test
    void hashPassword_aLine_isAHashOfIt() {
        CommandRun run =
                CommandRun.withInput("pässword\n".getBytes(UTF_8), "hash-password", "--stdin");

        PasswordHash hash = PasswordHash.parse(run.out().strip());
        assertThat(hash.matches("pässword".getBytes(UTF_8))).isTrue();
        assertThat(hash.matches("password".getBytes(UTF_8))).isFalse();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void hashPassword_empty_isWrongUsage() {
        CommandRun run = CommandRun.withInput(new byte[] {'\n'}, "hash-password", "--stdin");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("password: empty");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void hashPassword_overLong_isWrongUsage() {
        byte[] longOne = "x".repeat(8193).getBytes(UTF_8);

        CommandRun run = CommandRun.withInput(longOne, "hash-password", "--stdin");

        assertThat(run.err()).contains("over 8192 bytes").doesNotContain("xxx");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void hashPassword_onTheCommandLine_isRefused() {
        assertThat(CommandRun.of("hash-password", "secret").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void version_namesBuildJavaAndSigner() {
        CommandRun run = CommandRun.of("version");

        assertThat(run.out()).contains("countersign ", "java ", "ed25519 ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }
}
