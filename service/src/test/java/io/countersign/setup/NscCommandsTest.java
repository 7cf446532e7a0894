// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NscCommandsTest {
    @TempDir Path dir;

    @Test
    void of_options_isAScriptThatAShellTakes() throws Exception {
        Path script = dir.resolve("script.sh");
        Files.write(script, NscCommands.of(options()));
        Process shell =
                new ProcessBuilder("sh", "-n", script.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("out").toFile())
                        .start();
        assertThat(shell.waitFor()).isZero();
        assertThat(dir.resolve("out")).isEmptyFile();
    }

    @Test
    void of_options_makesTheSameUsersWithTheSameRights() throws Exception {
        String script = String.join("\n", NscCommands.of(options()));
        assertThat(script)
                .contains(
                        "nsc add user --account AUTH --name callout"
                                + " --allow-pub '$SYS._INBOX.>,_INBOX.>,countersign.peer.>'"
                                + " --allow-sub '$SYS.REQ.USER.AUTH countersign,")
                .contains("--account AUTH --name sentinel --bearer --deny-pubsub '>'")
                .contains("--account COUNTERSIGN --name operations --allow-pub 'countersign.>,")
                .contains("--account COUNTERSIGN --name admin --allow-pub 'countersign.admin.>,")
                .contains("--account SYS --name system --allow-pub '$SYS.REQ.>,");
    }

    @Test
    void of_options_allowsEveryApplicationAccountAndSeals() throws Exception {
        assertThat(NscCommands.of(options()))
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("nsc edit authcallout --account AUTH --auth-user ")
                                .contains("--allowed-account \"$(sub account --name APP)\"")
                                .contains("--allowed-account \"$(sub account --name BILLING)\"")
                                .endsWith("--curve \"$XKEY\""));
    }

    @Test
    void of_options_requiresSigningKeysBeforeAnythingIsSigned() throws Exception {
        List<String> lines = NscCommands.of(options());
        assertThat(lines.get(3)).contains("--require-signing-keys");
        assertThat(lines.subList(0, 3)).noneMatch(line -> line.contains("add user"));
    }

    @Test
    void of_impossibleOptions_isRefused() {
        assertThatThrownBy(() -> NscCommands.of(options().withAccounts(List.of("a; rm -rf ."))))
                .isInstanceOf(SetupFailed.class);
    }

    private SetupOptions options() {
        return SetupOptions.in(dir).withAccounts(List.of("APP", "BILLING"));
    }
}
