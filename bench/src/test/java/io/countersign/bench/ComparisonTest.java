// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ops/bench --check} makes of figures, against a baseline as it was recorded. */
class ComparisonTest {
    private static final String RATIO = "path to floor, operator sealed small allow";
    private static final String BYTES = "allocated, operator sealed small allow";
    private static final String TRAIL = "throughput lost to the strict trail";

    private final Baseline baseline = sample("baseline-sample.json");

    @ParameterizedTest
    @CsvSource({
        // name, factor on the recorded value, whole run, slower?
        "'" + RATIO + "', 1.24, true, false",
        "'" + RATIO + "', 1.26, true, true",
        "'" + RATIO + "', 1.26, false, false",
        "'" + RATIO + "', 1.49, false, false",
        "'" + RATIO + "', 1.51, false, true",
        "'" + RATIO + "', 0.50, true, false",
        "'" + BYTES + "', 1.04, true, false",
        "'" + BYTES + "', 1.06, true, true",
        "'" + BYTES + "', 1.04, false, false",
        "'" + BYTES + "', 1.06, false, true",
    })
    void of_factorOnOneFigure_isARegressionOnlyBeyondTheTolerance(
            String name, double factor, boolean whole, boolean slower) throws Exception {
        List<Figure> figures = changed(name, factor);

        Comparison.Report report = comparison(whole, baseline.jdk()).of(figures, () -> figures);

        assertThat(report.slower()).isEqualTo(slower ? List.of(name) : List.of());
        assertThat(report.isGood()).isEqualTo(!slower);
    }

    @Test
    void of_trailThatCostsElevenPointsMore_isARegression() throws Exception {
        List<Figure> figures = plus(TRAIL, 11);

        assertThat(comparison(true, baseline.jdk()).of(figures, () -> figures).slower())
                .containsExactly(TRAIL);
        List<Figure> nine = plus(TRAIL, 9);
        assertThat(comparison(true, baseline.jdk()).of(nine, () -> nine).isGood()).isTrue();
    }

    @Test
    void of_slowerOnceAndNotAgain_isNoise() throws Exception {
        Comparison.Report report =
                comparison(true, baseline.jdk()).of(changed(RATIO, 3), () -> changed(BYTES, 1.01));

        assertThat(report.isGood()).isTrue();
        assertThat(report.lines()).anyMatch(line -> line.startsWith("measured twice"));
    }

    /** Two figures that are unlucky once each are no regression either. */
    @Test
    void of_anotherFigureSlowerTheSecondTime_isNoise() throws Exception {
        assertThat(
                        comparison(true, baseline.jdk())
                                .of(changed(RATIO, 3), () -> changed(BYTES, 3))
                                .isGood())
                .isTrue();
    }

    @Test
    void of_nothingSlower_measuresOnce() throws Exception {
        Comparison.Report report =
                comparison(true, baseline.jdk())
                        .of(
                                changed(RATIO, 1),
                                () -> {
                                    throw new IllegalStateException("measured again for nothing");
                                });

        assertThat(report.isGood()).isTrue();
        assertThat(report.lines()).last().isEqualTo("no slower than the baseline");
    }

    @Test
    void of_figureThatOnlyTheBaselineHas_isGoneInAWholeRun() throws Exception {
        List<Figure> figures = new ArrayList<>(changed(RATIO, 1));
        figures.removeIf(figure -> figure.name().equals(TRAIL));

        Comparison.Report whole = comparison(true, baseline.jdk()).of(figures, () -> figures);
        assertThat(whole.gone()).containsExactly(TRAIL);
        assertThat(whole.isGood()).isFalse();
        Comparison.Report quick = comparison(false, baseline.jdk()).of(figures, () -> figures);
        assertThat(quick.isGood()).isTrue();
    }

    @Test
    void of_figureThatTheBaselineDoesNotKnow_isToldAndIsNoRegression() throws Exception {
        List<Figure> figures = new ArrayList<>(changed(RATIO, 1));
        figures.add(new Figure("brand new", Figure.Kind.TIME, 99, Double.NaN));

        Comparison.Report report = comparison(true, baseline.jdk()).of(figures, () -> figures);

        assertThat(report.isGood()).isTrue();
        assertThat(report.lines()).contains("NEW: brand new (not in the baseline)");
    }

    /** Otherwise a check of renamed figures would compare nothing and be content. */
    @Test
    void of_nothingInCommon_isAnError() {
        List<Figure> figures = List.of(new Figure("x", Figure.Kind.TIME, 1, Double.NaN));

        assertThatThrownBy(() -> comparison(false, baseline.jdk()).of(figures, () -> figures))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none of what was measured: [x]");
    }

    @Test
    void of_otherJdk_givesBytesTheToleranceOfTimesAndSaysSo() throws Exception {
        List<Figure> within = changed(BYTES, 1.2);
        List<Figure> beyond = changed(BYTES, 1.3);

        Comparison.Report other = comparison(true, "26+36").of(within, () -> within);
        assertThat(other.isGood()).isTrue();
        assertThat(other.lines()).anyMatch(line -> line.contains("this is 26+36"));
        assertThat(comparison(true, "26+36").of(beyond, () -> beyond).slower())
                .containsExactly(BYTES);
        assertThat(comparison(true, "25.0.9+1").of(within, () -> within).slower())
                .containsExactly(BYTES);
    }

    /** Microseconds are of one machine. */
    @Test
    void of_slowerMachine_isNoRegression() throws Exception {
        List<Figure> figures = changed("path, CPU time", 10);

        assertThat(comparison(true, baseline.jdk()).of(figures, () -> figures).isGood()).isTrue();
    }

    @Test
    void read_whatWasWritten_comesBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("b.json");
        new ResultFiles("abc1234", "ops/bench").writeJson(changed(RATIO, 1), file);

        Baseline back = Baseline.read(file);

        assertThat(back.figures()).isEqualTo(baseline.figures());
        assertThat(back.commit()).isEqualTo("abc1234");
        assertThat(back.isOfJdk(System.getProperty("java.vm.version"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"figures\":{}} | figures: none",
                "{} | figures: none",
                "{\"figures\":{\"x\":\"fast\"}} | figures.x: \"fast\" (expected: a number)",
                "{\"figures\":{ | Unexpected end-of-input",
            })
    void read_notABaseline_saysWhatIsWrong(String json, String problem, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("b.json");
        Files.writeString(file, json);

        assertThatThrownBy(() -> Baseline.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void read_noFile_saysHowToMakeIt(@TempDir Path folder) {
        assertThatThrownBy(() -> Baseline.read(folder.resolve("none.json")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.json: not there")
                .hasMessageContaining("ops/bench --baseline");
    }

    private Comparison comparison(boolean whole, String jdk) {
        return new Comparison(baseline, whole, jdk);
    }

    private List<Figure> changed(String name, double factor) {
        return figures(name, factor, 0);
    }

    private List<Figure> plus(String name, double points) {
        return figures(name, 1, points);
    }

    /** The recorded figures, of which one is changed. */
    private List<Figure> figures(String changed, double factor, double points) {
        List<Figure> figures = new ArrayList<>();
        baseline.figures()
                .forEach((name, value) ->
                        figures.add(
                                new Figure(
                                        name,
                                        kind(name),
                                        name.equals(changed) ? value * factor + points : value,
                                        Double.NaN)));
        assertThat(baseline.figures()).containsKey(changed);
        return figures;
    }

    private static Figure.Kind kind(String name) {
        if (name.startsWith("path to floor, ")) {
            return Figure.Kind.TIME;
        }
        if (name.startsWith("allocated, ")) {
            return Figure.Kind.BYTES;
        }
        if (name.startsWith("throughput lost") || name.startsWith("CPU ")) {
            return Figure.Kind.COST;
        }
        return name.startsWith("decisions ") ? Figure.Kind.RATE : Figure.Kind.MICROS;
    }

    private static Baseline sample(String name) {
        try {
            return Baseline.read(Path.of(ComparisonTest.class.getResource(name).toURI()));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
