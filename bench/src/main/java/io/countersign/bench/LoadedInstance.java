// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An instance in a process of its own, with the compiler and the heap that operators get, and what
 * it says about its cost. Not thread-safe.
 */
final class LoadedInstance implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@code ops/countersign serve} says of the collector. */
    static final List<String> COLLECTOR =
            List.of("-XX:+UseG1GC", "-XX:MaxTenuringThreshold=2", "-XX:MaxGCPauseMillis=60");

    private final Process process;
    private final Path log;
    private final BufferedReader answers;
    private final OutputStream questions;

    /**
     * What an instance had used and done at one moment.
     *
     * @param cpuNanos of the whole process
     * @param compileMillis that its compiler threads worked
     * @param allocated bytes, by all threads
     * @param heap bytes in use
     * @param heapPeak at most in use so far
     * @param reasons requests per reason that was not "allowed"
     */
    record Probe(
            long cpuNanos,
            long compileMillis,
            long allocated,
            long heap,
            long heapPeak,
            long requests,
            long answered,
            long dropped,
            Map<String, Long> reasons) {}

    private LoadedInstance(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = process.getOutputStream();
    }

    /** Starts it; {@link #awaitReady} waits until it answers. */
    static LoadedInstance start(Path configuration, String name, String heap) throws IOException {
        return start(configuration, name, heap, List.of());
    }

    /** As {@link #start(Path, String, String)}, below this command: {@code taskset}, say. */
    static LoadedInstance start(Path configuration, String name, String heap, List<String> below)
            throws IOException {
        List<String> command = new ArrayList<>(below);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx" + heap,
                        "-Xms" + heap,
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-Dorg.bouncycastle.native.cpu_variant=java",
                        "-Dlogback.configurationFile=logback.xml"));
        command.addAll(COLLECTOR);
        command.addAll(more());
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        InstanceUnderLoad.class.getName(),
                        configuration.toString(),
                        name));
        Path log = configuration.resolveSibling(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile()));
        return new LoadedInstance(builder.start(), log);
    }

    /** As {@code ops/countersign} takes them; they win over ours. */
    private static List<String> more() {
        String options = System.getenv().getOrDefault("COUNTERSIGN_JAVA_OPTS", "").strip();
        return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
    }

    void awaitReady() throws IOException {
        answer("ready");
    }

    Probe probe() throws IOException {
        return ask("probe");
    }

    /** After a collection: {@link Probe#heap} is then what is alive. */
    Probe live() throws IOException {
        return ask("live");
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private Probe ask(String question) throws IOException {
        questions.write((question + "\n").getBytes(StandardCharsets.UTF_8));
        questions.flush();
        JsonNode probe = JSON.readTree(answer("probe "));
        Map<String, Long> reasons = new TreeMap<>();
        for (Map.Entry<String, JsonNode> reason : probe.path("reasons").properties()) {
            reasons.put(reason.getKey(), reason.getValue().asLong());
        }
        return new Probe(
                probe.path("cpuNanos").asLong(),
                probe.path("compileMillis").asLong(),
                probe.path("allocated").asLong(),
                probe.path("heap").asLong(),
                probe.path("heapPeak").asLong(),
                probe.path("requests").asLong(),
                probe.path("answered").asLong(),
                probe.path("dropped").asLong(),
                reasons);
    }

    /** The rest of the next line that begins so; what it logs to standard output comes between. */
    private String answer(String beginning) throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = answers.readLine();
        }
        if (line == null) {
            throw new IOException("the instance has ended:\n" + Files.readString(log));
        }
        return line.substring(beginning.length());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
