// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code ops/bench --check} fails when a decision became slower, and only then. Measured are
 * quotients of CPU time within one thread and bytes, so that a busy machine does not matter. The
 * run without a slow-down is the quick form of the check, against the baseline that is committed.
 */
class CheckIT {
    private static final Path COMMITTED = Path.of("results", "baseline.json");

    @TempDir private static Path folder;

    private static Path measured;
    private static Run unchanged;

    /** What came of a run. */
    private record Run(int exitCode, String said) {}

    @BeforeAll
    static void measure() {
        measured = folder.resolve("measured.json");
        unchanged = bench("--check", COMMITTED.toString(), "--out", measured.toString());
    }

    /**
     * The quick form. If it fails: find what became slower, or record a new baseline and say why.
     */
    @Test
    void check_committedBaseline_passes() {
        assertThat(unchanged.exitCode()).as(unchanged.said()).isZero();
        assertThat(unchanged.said()).endsWith("no slower than the baseline\n");
    }

    @Test
    void check_slowDownPlanted_failsAndNamesTimeAndBytes() {
        Run run = bench("--check", measured.toString(), "--plant-slow-down");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(1);
        assertThat(run.said())
                .contains("SLOWER: path to floor, operator sealed small allow: ")
                .contains("SLOWER: allocated, operator sealed small allow: ")
                .endsWith("a regression\n");
    }

    @Test
    void check_noBaseline_failsAtOnceAndSaysHowToMakeOne() {
        Run run = bench("--check", folder.resolve("none.json").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.said()).contains("none.json: not there").contains("ops/bench --baseline");
    }

    private static Run bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--quick"));
        all.addAll(List.of(arguments));
        StringWriter said = new StringWriter();
        CommandLine line = Bench.commandLine();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        int exitCode = line.execute(all.toArray(String[]::new));
        return new Run(exitCode, said.toString());
    }
}
