// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.kit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private static final String KEY = "ABSIC7QTLE4HOZ22AZHPXNHPOBRDNNVEUSPYVP4SYNQR2A3GHDVJDTLR";

    @TempDir Path dir;

    private CommandFolder folder;

    @BeforeEach
    void prepare() throws IOException {
        folder = CommandFolder.in(dir);
        Files.setPosixFilePermissions(
                dir.resolve("users.yaml"), PosixFilePermissions.fromString("rw-r-----"));
    }

    private CommandRun doctor(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "doctor";
        args[1] = "--config";
        args[2] = folder.config();
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandRun.of(args);
    }

    @Test
    void doctor_nobodyListens_couldNotLook() throws IOException {
        int port = FreePorts.one();
        folder.replace("countersign.yaml", ":4222", ":" + port);
        CommandRun run = doctor("--ascii");
        assertThat(run.exitCode()).isEqualTo(ExitCode.COULD_NOT);
        assertThat(run.out())
                .contains("BAD reach")
                .contains("error server-unreachable: nats://127.0.0.1:" + port)
                .contains("Not looked at:")
                .matches("(?s)\\p{ASCII}*");
    }

    @Test
    void doctor_json_hasEveryFindingWithItsMend() throws IOException {
        folder.replace("countersign.yaml", "127.0.0.1:4222", "127.0.0.1:1");
        CommandRun run = doctor("--json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.COULD_NOT);
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("reached").asBoolean()).isFalse();
        assertThat(json.path("healthy").asBoolean()).isFalse();
        assertThat(json.path("findings").findValuesAsText("id"))
                .containsExactly("server-unreachable", "no-system-credentials");
        assertThat(json.path("findings").path(0).path("mend").asText()).isNotEmpty();
        assertThat(json.path("not-looked-at")).isNotEmpty();
    }

    @Test
    void doctor_keyInPlaceOfAName_isNamedAsSuch() throws IOException {
        folder.replace("policy.yaml", "account: APP", "account: " + KEY);
        CommandRun run = doctor();
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).contains("error account-name-key-mixed-up: policy.yaml:");
    }

    @Test
    void doctor_nameInPlaceOfAKey_isNamedAsSuch() throws IOException {
        folder.replace("countersign.yaml", "mode: static", "mode: operator");
        folder.replace(
                "countersign.yaml", "APP: {}", "APP: {id: APP, signing-keys: [keys/issuer.nk]}");
        CommandRun run = doctor("--json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(new ObjectMapper().readTree(run.out()).path("findings").findValuesAsText("id"))
                .contains("account-name-key-mixed-up", "configuration-invalid");
    }

    @Test
    void doctor_missingKey_isTold() throws IOException {
        Files.delete(folder.path().resolve("keys/issuer.nk"));
        CommandRun run = doctor();
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).contains("error configuration-invalid: countersign.yaml:");
    }

    @Test
    void doctor_secretThatOthersCanRead_isShownAndMended() throws IOException {
        Path seed = folder.path().resolve("keys/callout.nk");
        Files.setPosixFilePermissions(seed, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun shown = doctor("--offline");
        assertThat(shown.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(shown.out())
                .contains("error secret-file-open: countersign.yaml:5")
                .contains("mend: chmod 600 " + seed);
        CommandRun asked = doctor("--offline", "--fix");
        assertThat(asked.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(asked.out()).contains("The doctor would:\n  chmod 600 " + seed);
        assertThat(asked.err()).contains("expected: --yes");
        assertThat(Files.getPosixFilePermissions(seed)).hasSize(4);
        assertThat(doctor("--offline", "--fix", "--yes").out())
                .endsWith("Done. Ask the doctor again.\n");
        CommandRun mended = doctor("--offline", "--fix");
        assertThat(mended.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(mended.out()).endsWith("Nothing that the doctor could mend itself.\n");
    }

    @Test
    void doctor_policyWithAWarning_repeatsIt() throws IOException {
        folder.replace("policy.yaml", "roles:\n", "roles:\n  idle: {publish: {allow: [a]}}\n");
        CommandRun run = doctor("--offline", "--json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("findings").findValuesAsText("id"))
                .containsExactly("no-system-credentials", "policy-warned");
        assertThat(json.path("fixes")).isEmpty();
    }

    @Test
    void doctor_fileThatIsNoServers_isRefused() throws IOException {
        Path file = folder.write("n1.conf", "server_name: {");
        CommandRun run = doctor("--offline", "--server-config", file.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("n1.conf");
    }

    @Test
    void doctor_wrongUsage_isTold() {
        assertThat(doctor("--timeout", "soon").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--fix", "--json").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--password-file", "x").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--user", "a", "--token-file", "x").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--user", "a").err()).contains("expected: --password-file");
    }
}
