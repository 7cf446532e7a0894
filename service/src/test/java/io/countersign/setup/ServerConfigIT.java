// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.NatsBinary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers judge the files that were written for them ({@code nats-server -t}). */
class ServerConfigIT {
    private static final List<String> VERSIONS =
            List.of("2.10", "2.10.27", "2.11", "2.11.2", "2.15.1");

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource
    void configTest_ofEveryOldestServer_passesOnServersThatAreNotOlder(Made mode) throws Exception {
        List<String> refused = new ArrayList<>();
        for (String text : VERSIONS) {
            ServerVersion oldest = ServerVersion.parse(text);
            SetupResult made = mode.cluster(dir.resolve(mode + text), oldest);
            for (NatsBinary binary : NatsBinary.values()) {
                if (version(binary).compareTo(oldest) >= 0) {
                    judge(binary, made.folder().resolve("servers/n2.conf"), refused);
                }
            }
        }
        assertThat(refused).isEmpty();
    }

    private void judge(NatsBinary binary, Path file, List<String> refused) throws Exception {
        String answer = run(binary, "-t", "-c", file.toString());
        if (!answer.contains("configuration file " + file + " is valid")) {
            refused.add(binary + ": " + answer);
        }
    }

    private ServerVersion version(NatsBinary binary) throws Exception {
        return ServerVersion.parse(
                run(binary, "--version").replaceAll("(?s).*: v([0-9.]+).*", "$1"));
    }

    private String run(NatsBinary binary, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(binary.path().toString()));
        command.addAll(List.of(arguments));
        Path output = dir.resolve("output");
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        return Files.readString(output);
    }
}
