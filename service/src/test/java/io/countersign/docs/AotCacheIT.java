// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.NatsBinary;
import io.countersign.kit.Packaged;
import io.countersign.kit.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code ops/aot-cache} makes a cache that the JVM takes, and one that does not fit is no harm. */
class AotCacheIT {
    private static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    /** A start, a login and a whole cache; a busy machine takes ten times what an idle one does. */
    private static final long LIMIT_SECONDS = 300;

    /** What came of a script. */
    private record Ran(int exitCode, String errors) {}

    @Test
    void cache_madeForThisJar_isTaken() throws Exception {
        try (Workspace workspace = Workspace.create("countersign-aot-")) {
            Path jar = TARGET.resolve("countersign.jar");
            assertThat(jar).as("the packaged jar (expected: after mvn package)").exists();
            // The one that the processes of other tests start with.
            if (Packaged.cache().isEmpty()) {
                String script = OPS.resolve("aot-cache").toString();
                Ran made = run(workspace, jar, "", script, jar.toString());
                assertThat(made.exitCode()).as(made.errors()).isZero();
            }
            assertThat(jar.resolveSibling("countersign.aot")).exists();

            // With this option the JVM does not start if the cache is of no use.
            Ran taken = version(workspace, jar, "-XX:AOTMode=on");
            assertThat(taken.exitCode()).as(taken.errors()).isZero();
        }
    }

    @Test
    void cache_broken_isLeftAside() throws Exception {
        try (Workspace workspace = Workspace.create("countersign-aot-")) {
            Path jar = copy(workspace.dir());

            Files.writeString(jar.resolveSibling("countersign.aot"), "not a cache");

            assertThat(version(workspace, jar, "")).isEqualTo(new Ran(0, ""));
            assertThat(version(workspace, jar, "-XX:AOTMode=on").exitCode()).isNotZero();
        }
    }

    private static Ran version(Workspace workspace, Path jar, String options)
            throws IOException, InterruptedException {
        return run(workspace, jar, options, OPS.resolve("countersign").toString(), "version");
    }

    /** With its libraries. */
    private static Path copy(Path folder) throws IOException {
        Path jar = TARGET.resolve("countersign.jar");
        assertThat(jar).as("the packaged jar (expected: after mvn package)").exists();
        Files.createDirectory(folder.resolve("lib"));
        try (Stream<Path> libraries = Files.list(TARGET.resolve("lib"))) {
            for (Path library : libraries.toList()) {
                Path to = folder.resolve("lib").resolve(library.getFileName());
                Files.copy(library, to);
            }
        }
        return Files.copy(jar, folder.resolve("countersign.jar"));
    }

    private static Ran run(Workspace workspace, Path jar, String options, String... command)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile(workspace.dir(), "errors", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(List.of(command))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(errors.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "COUNTERSIGN_JAR", jar.toString(),
                                "COUNTERSIGN_JAVA_HOME", System.getProperty("java.home"),
                                "COUNTERSIGN_JAVA_OPTS", options,
                                "NATS_SERVER", NatsBinary.NEWEST.path().toString(),
                                "TMPDIR", workspace.dir().toString()));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as(() -> "ended in time: " + List.of(command))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(errors));
        } finally {
            process.destroy();
        }
    }
}
