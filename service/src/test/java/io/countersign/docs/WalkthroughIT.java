// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.FreePorts;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.Packaged;
import io.countersign.kit.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the walk-throughs tell people to type, typed: with the packaged jar and both lines of
 * servers.
 */
@Tag("beside")
class WalkthroughIT {
    private static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();
    private static final Path JAR = Path.of("target", "countersign.jar").toAbsolutePath();

    /**
     * Three starts of a JVM and a server each; a busy machine takes ten times what an idle one
     * does.
     */
    private static final long LIMIT_SECONDS = 300;

    @ParameterizedTest
    @EnumSource
    void operatorMode_asWritten_works(NatsBinary server) throws Exception {
        run("walkthrough-operator.md", server);
    }

    @ParameterizedTest
    @EnumSource
    void staticMode_asWritten_works(NatsBinary server) throws Exception {
        run("walkthrough-static.md", server);
    }

    private static void run(String page, NatsBinary server)
            throws IOException, InterruptedException {
        assertThat(JAR).as("the jar that the page runs (expected: after mvn package)").exists();
        var _ = Packaged.cache(); // the command takes it by itself
        try (Workspace workspace = Workspace.create("countersign-walkthrough-")) {
            Path log = workspace.dir().resolve("page.log");
            ProcessBuilder builder =
                    new ProcessBuilder(
                            OPS.resolve("lib/run-doc").toString(),
                            OPS.resolve("docs").resolve(page).toString());
            builder.environment()
                    .putAll(
                            Map.of(
                                    "COUNTERSIGN", OPS.resolve("countersign").toString(),
                                    "COUNTERSIGN_JAR", JAR.toString(),
                                    "COUNTERSIGN_JAVA_HOME", System.getProperty("java.home"),
                                    "COUNTERSIGN_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m",
                                    "NATS_SERVER", server.path().toString(),
                                    "PORT", String.valueOf(FreePorts.one()),
                                    "TMPDIR", workspace.dir().toString()));
            Process process =
                    builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
            try {
                boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);

                assertThat(List.of(ended, ended ? process.exitValue() : -1))
                        .as(() -> page + " with " + server + ":\n" + text(log))
                        .containsExactly(true, 0);
            } finally {
                // Its trap ends what the page has started.
                process.destroy();
                process.waitFor(30, TimeUnit.SECONDS);
            }
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return log + ": " + e.getMessage();
        }
    }
}
