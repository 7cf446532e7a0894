// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code ops/bench} runs: benchmarks, a table, and a comparison with the baseline. */
@Command(
        name = "bench",
        description = "Measures the decision path against its cryptographic floor.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ReplayCommand.class,
            StormCommand.class,
            SizesCommand.class,
            PolicyCommand.class,
            RecordCommand.class,
            StartCommand.class
        })
public final class Bench implements Callable<Integer> {
    @Option(names = "--quick", description = "The usual login only: about a minute.")
    private boolean quick;

    @Option(
            names = "--check",
            paramLabel = "BASELINE",
            description = "Compare with this file; exit 1 if something became slower.")
    private @Nullable Path check;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the figures as JSON.")
    private @Nullable Path out;

    @Option(names = "--stages", description = "Measure each stage by itself too.")
    private boolean stages;

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description = "Write the table as Markdown too.")
    private @Nullable Path table;

    @Option(names = "--command", description = "How this was started, for the files.")
    private String command = "";

    @Option(
            names = "--plant-slow-down",
            hidden = true,
            description = "Measure a path that is slow on purpose: --check must notice.")
    private boolean planted;

    @Option(names = "--commit", description = "What was measured, for the file.")
    private String commit = "";

    @Spec private @Nullable CommandSpec spec;

    /** Exit codes: 0 done, 1 slower than the baseline, 2 wrong usage, 3 could not be measured. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Bench());
        line.setExecutionExceptionHandler((e, c, parsed) -> {
            c.getErr().println("bench: " + e.getMessage());
            return 3;
        });
        return line;
    }

    @Override
    public Integer call() throws RunnerException, IOException, InterruptedException {
        // First: nobody should wait ten minutes to hear that it is missing.
        Baseline baseline = check == null ? null : Baseline.read(check);
        Runs runs = new Runs(quick, planted);
        List<Figure> figures = runs.figures();
        Collection<RunResult> each = stages ? runs.stages() : List.of();
        PrintWriter to = output();
        print(figures, to);
        each.forEach(result -> printStage(result, to));
        ResultFiles files = new ResultFiles(commit, command);
        if (out != null) {
            files.writeJson(figures, out);
        }
        if (table != null) {
            files.writeTable(figures, table);
        }
        return baseline == null ? 0 : compare(figures, baseline, runs, to);
    }

    private PrintWriter output() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets this before a call");
        }
        return spec.commandLine().getOut();
    }

    private static void print(List<Figure> figures, PrintWriter to) {
        to.printf("%n%-45s %10s   %s%n", "", "measured", "bar");
        for (Figure figure : figures) {
            to.printf("%-45s %10s   %s%n", figure.name(), figure.text(), figure.barText());
        }
        to.flush();
    }

    private static void printStage(RunResult result, PrintWriter to) {
        String[] name = result.getParams().getBenchmark().split("\\.", -1);
        to.printf(
                "%-45s %7.1f µs%n",
                "stage " + name[name.length - 1] + ", " + result.getParams().getParam("request"),
                result.getPrimaryResult().getScore());
        to.flush();
    }

    private int compare(List<Figure> figures, Baseline baseline, Runs runs, PrintWriter to)
            throws IOException, RunnerException, InterruptedException {
        String jdk = System.getProperty("java.vm.version");
        Comparison.Report report = new Comparison(baseline, !quick, jdk).of(figures, runs::figures);
        to.println();
        report.lines().forEach(to::println);
        to.flush();
        return report.isGood() ? 0 : 1;
    }
}
