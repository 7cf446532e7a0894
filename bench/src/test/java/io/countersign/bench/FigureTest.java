// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {
    @ParameterizedTest
    @CsvSource({
        "TIME, 1.5, 1.5, false",
        "TIME, 1.87, 1.5, false",
        "TIME, 1.9, 1.5, true",
        "BYTES, 10400, 10000, false",
        "BYTES, 10600, 10000, true",
        "COST, 19, 10, false",
        "COST, 21, 10, true",
    })
    void isWorseThan_valueAndBaseline_countsOnlyBeyondTheTolerance(
            Figure.Kind kind, double value, double baseline, boolean worse) {
        assertThat(new Figure("x", kind, value, Double.NaN).isWorseThan(baseline, Tolerance.WHOLE))
                .isEqualTo(worse);
    }
}
