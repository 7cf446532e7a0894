// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks in processes of their own and makes comparable figures of what they print. */
final class Runs {
    /** Of the design: path to floor, bytes per decision, cost of the trail. */
    private static final double PATH_BAR = 1.35;

    private static final double BYTES_BAR = 12_000;
    private static final double TRAIL_BAR = 20;

    /** Of issue 4. */
    private static final double CLUSTER_BAR = 10;

    private static final double GUARD_BAR_MICROS = 2;

    private static final List<String> JVM =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx1g");

    /**
     * A method goes on when its compiled form is there, and not before: on a busy machine the
     * warm-up would otherwise end while the compiler still waits for a processor.
     */
    private static final String COMPILE_FIRST = "-Xbatch";

    private final boolean quick;
    private final DecisionPath.Trail trail;

    /**
     * @param quick the usual login only: ten seconds instead of ten minutes
     * @param planted with a slow-down in it, to see that it is noticed
     */
    Runs(boolean quick, boolean planted) {
        this.quick = quick;
        this.trail = planted ? DecisionPath.Trail.PLANTED : DecisionPath.Trail.OFF;
    }

    /** Everything that is compared with the baseline. */
    List<Figure> figures() throws RunnerException, IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (Shape shape : quick ? List.of(Shape.USUAL) : Shape.all()) {
            boolean usual = shape.equals(Shape.USUAL);
            SideBySide.Result result = sideBySide(shape);
            figures.add(
                    new Figure(
                            "path to floor, " + shape.title(),
                            Figure.Kind.TIME,
                            result.ratio(),
                            usual ? PATH_BAR : Double.NaN));
            figures.add(
                    new Figure(
                            "allocated, " + shape.title(),
                            Figure.Kind.BYTES,
                            result.allocated(),
                            usual ? BYTES_BAR : Double.NaN));
            if (usual) {
                figures.add(new Figure("path, CPU time", result.pathMicros()));
                figures.add(new Figure("floor, CPU time", result.floorMicros()));
            }
        }
        if (!quick) {
            figures.add(clusterFigure());
            figures.add(guardFigure());
            figures.addAll(trailFigures());
        }
        return figures;
    }

    private SideBySide.Result sideBySide(Shape shape) throws IOException, InterruptedException {
        return SideBySide.Result.parse(
                lastLine(
                        List.of(COMPILE_FIRST),
                        SideBySide.class,
                        shape.mode().name(),
                        shape.box().name(),
                        shape.size().name(),
                        shape.ask().name(),
                        trail.name(),
                        quick ? "quick" : "whole"));
    }

    private static Figure clusterFigure() throws IOException, InterruptedException {
        double quotient = ClusterCost.parse(lastLine(List.of(COMPILE_FIRST), ClusterCost.class));
        return new Figure(
                "CPU for throttles and a million revocations",
                Figure.Kind.COST,
                100 * (quotient - 1),
                CLUSTER_BAR);
    }

    private static Figure guardFigure() throws RunnerException {
        RunResult result =
                new Runner(options(GuardBenchmark.class).build()).run().iterator().next();
        double nanos = result.getPrimaryResult().getStatistics().getPercentile(50);
        return new Figure(
                "throttles and a million revocations, median",
                Figure.Kind.MICROS,
                nanos / 1000,
                GUARD_BAR_MICROS);
    }

    private static List<Figure> trailFigures() throws IOException, InterruptedException {
        TrailCost.Result result = TrailCost.Result.parse(lastLine(List.of(), TrailCost.class));
        return List.of(
                new Figure(
                        "throughput lost to the strict trail",
                        Figure.Kind.COST,
                        result.lost(),
                        TRAIL_BAR),
                new Figure(
                        "CPU time added by the strict trail",
                        Figure.Kind.COST,
                        result.cpu(),
                        Double.NaN),
                new Figure(
                        "decisions without a trail, many at once",
                        Figure.Kind.RATE,
                        result.off(),
                        Double.NaN),
                new Figure(
                        "decisions with the strict trail, many at once",
                        Figure.Kind.RATE,
                        result.strict(),
                        Double.NaN));
    }

    /** What the main method of a class prints last, in a JVM of its own. */
    private static String lastLine(List<String> jvm, Class<?> measures, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), measures.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the measuring JVM ended with " + process.exitValue());
        }
        return output.lines().reduce("", (before, line) -> line);
    }

    /** Each stage by itself, in µs: to read, not to compare. */
    Collection<RunResult> stages() throws RunnerException {
        return new Runner(options(StageBenchmark.class).build()).run();
    }

    private static ChainedOptionsBuilder options(Class<?> benchmark) {
        return new OptionsBuilder()
                .include("\\." + benchmark.getSimpleName() + "\\.")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgsAppend(JVM.toArray(String[]::new));
    }
}
