// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks in processes of their own and makes comparable figures of what they print. */
final class Runs {
    /** Of the design: path to floor, bytes per decision, cost of the trail. */
    private static final double PATH_BAR = 1.35;

    private static final double BYTES_BAR = 12_000;
    private static final double TRAIL_BAR = 20;

    private final boolean quick;

    /**
     * @param quick the usual login only, few iterations: a minute instead of ten
     */
    Runs(boolean quick) {
        this.quick = quick;
    }

    /** Everything that is compared with the baseline. */
    List<Figure> figures() throws RunnerException {
        List<Figure> figures = new ArrayList<>(pathFigures());
        figures.addAll(trailFigures());
        return figures;
    }

    private List<Figure> pathFigures() throws RunnerException {
        ChainedOptionsBuilder options = options(PathBenchmark.class).addProfiler(GCProfiler.class);
        if (quick) {
            options.param("mode", Shape.USUAL.mode().name())
                    .param("box", Shape.USUAL.box().name())
                    .param("size", Shape.USUAL.size().name())
                    .param("ask", Shape.USUAL.ask().name());
        }
        Map<String, RunResult> paths = new LinkedHashMap<>();
        Map<String, RunResult> floors = new LinkedHashMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            (isFloor(result) ? floors : paths).put(shape(result), result);
        }
        List<Figure> figures = new ArrayList<>();
        paths.forEach((shape, path) -> {
            RunResult floor = floors.get(shape);
            if (floor != null) {
                figures.add(
                        new Figure(
                                "path to floor, " + shape,
                                Figure.Kind.TIME,
                                score(path) / score(floor),
                                isUsual(shape) ? PATH_BAR : Double.NaN));
                figures.add(
                        new Figure(
                                "allocated, " + shape,
                                Figure.Kind.BYTES,
                                allocated(path),
                                isUsual(shape) ? BYTES_BAR : Double.NaN));
            }
        });
        return figures;
    }

    private List<Figure> trailFigures() throws RunnerException {
        Map<String, Double> throughput = new LinkedHashMap<>();
        for (RunResult result : new Runner(options(TrailBenchmark.class).build()).run()) {
            throughput.put(result.getParams().getParam("trail"), score(result));
        }
        double off = throughput.getOrDefault(DecisionPath.Trail.OFF.name(), Double.NaN);
        double strict = throughput.getOrDefault(DecisionPath.Trail.STRICT.name(), Double.NaN);
        return List.of(
                new Figure(
                        "throughput lost to the strict trail",
                        Figure.Kind.COST,
                        100 * (1 - strict / off),
                        TRAIL_BAR));
    }

    /** Each stage by itself, in µs: to read, not to compare. */
    Collection<RunResult> stages() throws RunnerException {
        return new Runner(options(StageBenchmark.class).build()).run();
    }

    private ChainedOptionsBuilder options(Class<?> benchmark) {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("\\." + benchmark.getSimpleName() + "\\.")
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgsAppend(
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Xmx1g");
        if (quick) {
            options.warmupIterations(4)
                    .measurementIterations(5)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementTime(TimeValue.seconds(1));
        }
        return options;
    }

    private static boolean isFloor(RunResult result) {
        return result.getParams().getBenchmark().endsWith(".floor");
    }

    private static boolean isUsual(String shape) {
        return shape.equals(name(Shape.USUAL));
    }

    private static String shape(RunResult result) {
        return name(
                new Shape(
                        Shape.Mode.valueOf(result.getParams().getParam("mode")),
                        Shape.Box.valueOf(result.getParams().getParam("box")),
                        Shape.Size.valueOf(result.getParams().getParam("size")),
                        Shape.Ask.valueOf(result.getParams().getParam("ask"))));
    }

    private static String name(Shape shape) {
        return "%s %s %s %s"
                .formatted(shape.mode(), shape.box(), shape.size(), shape.ask())
                .toLowerCase(Locale.ROOT);
    }

    private static double allocated(RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return bytes == null ? Double.NaN : bytes.getScore();
    }

    private static double score(RunResult result) {
        return result.getPrimaryResult().getScore();
    }
}
