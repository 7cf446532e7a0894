// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The quick form of {@code ops/bench}, by CPU time and bytes: what holds on any machine, however
 * busy. The bounds leave room for a compiler that was late; the budgets themselves are for {@code
 * ops/bench} and its baseline.
 */
class BenchTest {
    private static final double FAR_TOO_SLOW = 2.0;

    /** A tenth above the budget: bytes do not depend on load, but a little on the compiler. */
    private static final double FAR_TOO_MUCH = 13_200;

    private final StringWriter output = new StringWriter();

    @Test
    void check_plantedSlowDown_isARegression(@TempDir Path folder) throws Exception {
        Path baseline = folder.resolve("baseline.json");
        Path table = folder.resolve("table.md");

        assertThat(bench("--quick", "--out", baseline.toString(), "--table", table.toString()))
                .as(output::toString)
                .isZero();

        JsonNode figures = new ObjectMapper().readTree(baseline.toFile()).path("figures");
        assertThat(figures.path("path to floor, operator sealed small allow").asDouble())
                .as("path to floor")
                .isBetween(1.0, FAR_TOO_SLOW);
        assertThat(figures.path("allocated, operator sealed small allow").asDouble())
                .as("bytes per decision")
                .isBetween(1_000.0, FAR_TOO_MUCH);
        assertThat(Files.readString(table)).contains("| path to floor, operator sealed small");

        assertThat(bench("--quick", "--plant-slow-down", "--check", baseline.toString()))
                .as(output::toString)
                .isEqualTo(1);
        assertThat(output.toString())
                .contains("SLOWER: allocated, operator sealed small allow")
                .contains("a regression");
    }

    private int bench(String... arguments) {
        PrintWriter to = new PrintWriter(output);
        return new CommandLine(new Bench()).setOut(to).setErr(to).execute(arguments);
    }
}
