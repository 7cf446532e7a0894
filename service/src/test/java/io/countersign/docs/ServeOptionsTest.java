// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The heap and the collector that {@code ops/countersign} asks for, as a JVM understands it. */
class ServeOptionsTest {
    private static final Path SCRIPT = Path.of("..", "ops", "countersign");

    /** What the JVM's own list of its options says; it ends before it reads a jar. */
    private static Map<String, String> flags(String subcommand, String options)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", SCRIPT.toString(), subcommand).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "COUNTERSIGN_JAR", Path.of("pom.xml").toAbsolutePath().toString(),
                                "COUNTERSIGN_JAVA_HOME", System.getProperty("java.home"),
                                "COUNTERSIGN_JAVA_OPTS",
                                        options + " -XX:+PrintFlagsFinal -version"));
        Process process = builder.start();
        Map<String, String> flags =
                process.inputReader()
                        .lines()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(words -> words.length > 3 && words[2].equals("="))
                        .collect(Collectors.toMap(words -> words[1], words -> words[3]));
        assertThat(process.waitFor()).isZero();
        return flags;
    }

    @Test
    void serve_heapGiven_takesAllOfItAtTheStart() throws Exception {
        assertThat(flags("serve", "-Xmx96m"))
                .containsEntry("UseG1GC", "true")
                .containsEntry("MaxTenuringThreshold", "2")
                .containsEntry("MaxGCPauseMillis", "60")
                .containsEntry("InitialHeapSize", Integer.toString(96 << 20));
    }

    @Test
    void serve_startOrCollectorGiven_leavesThemAsTheyAre() throws Exception {
        assertThat(flags("serve", "-Xmx96m -Xms32m"))
                .containsEntry("InitialHeapSize", Integer.toString(32 << 20));
        assertThat(flags("serve", "-Xmx96m -XX:+UseSerialGC"))
                .containsEntry("UseSerialGC", "true")
                .doesNotContainEntry("MaxTenuringThreshold", "2");
    }

    @Test
    void otherCommands_areShort_andTakeWhatTheJvmDoes() throws Exception {
        assertThat(flags("version", "-Xmx96m")).doesNotContainEntry("MaxTenuringThreshold", "2");
    }
}
