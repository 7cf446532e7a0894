// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.kit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void doctor_wrongUsage_isTold() {
        assertThat(doctor("--timeout", "soon").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--password-file", "x").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--user", "a", "--token-file", "x").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doctor("--user", "a").err()).contains("expected: --password-file");
    }
}
