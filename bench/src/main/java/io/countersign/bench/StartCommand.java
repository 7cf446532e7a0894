// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ops/bench --start}: how long from the command until an instance answers, started as
 * operators start it, with the AOT cache and without, in turns.
 */
@Command(
        name = "start",
        description =
                "Measures the time until an instance is ready, with and without the AOT cache.",
        mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
    private static final String READY = " is ready, ";

    @Parameters(index = "0", paramLabel = "SCRIPT", description = "ops/countersign.")
    private @Nullable Path script;

    @Parameters(index = "1", paramLabel = "JAR", description = "With a cache beside it.")
    private @Nullable Path jar;

    @Option(names = "--times", description = "Starts of each kind (default: ${DEFAULT-VALUE}).")
    private int times = 5;

    @Option(names = "--heap", description = "Of the instance (default: ${DEFAULT-VALUE}).")
    private String heap = "256m";

    @Spec private @Nullable CommandSpec spec;

    /** One start. */
    private record Started(long wall, long cpu) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null || script == null || jar == null) {
            throw new IllegalStateException("picocli sets these before a call");
        }
        Latencies[] wall = {new Latencies(), new Latencies()};
        Latencies[] cpu = {new Latencies(), new Latencies()};
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST))) {
            for (int i = 0; i < 2 * times; i++) {
                String options = "-Xmx" + heap + (i % 2 == 0 ? "" : " -XX:AOTMode=off");
                Started started = start(script, jar, system.configuration(), options);
                wall[i % 2].add(started.wall());
                cpu[i % 2].add(started.cpu());
            }
        }
        PrintWriter to = spec.commandLine().getOut();
        print(to, "with the AOT cache", wall[0], cpu[0]);
        print(to, "without", wall[1], cpu[1]);
        return 0;
    }

    private static void print(PrintWriter to, String what, Latencies wall, Latencies cpu) {
        to.printf(
                "ready, %s: %.2f s in the median, %.2f s at most; %.1f s of CPU%n",
                what, wall.millis(50) / 1000, wall.millis(100) / 1000, cpu.millis(50) / 1000);
        to.flush();
    }

    private static Started start(Path script, Path jar, Path configuration, String options)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(script.toString(), "serve", "--config", configuration.toString())
                        .redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "COUNTERSIGN_JAR", jar.toString(),
                                "COUNTERSIGN_JAVA_HOME", System.getProperty("java.home"),
                                "COUNTERSIGN_JAVA_OPTS", options));
        long began = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader log =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                said.append(line).append('\n');
                if (line.contains(READY)) {
                    long wall = System.nanoTime() - began;
                    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
                    return new Started(wall, cpu.toNanos());
                }
            }
            throw new IOException("the instance has ended:\n" + said);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }
}
