// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

/**
 * One result that can be compared between machines: a quotient of two times from one run, or bytes.
 *
 * @param name stable: the baseline is read by it
 * @param bar the budget, for the reader; NaN where there is none
 */
record Figure(String name, Kind kind, double value, double bar) {
    /** What a figure is, and how much worse it may get before it counts as a regression. */
    enum Kind {
        /** Quotient of two times: machines are noisy. */
        TIME(1.25),
        /** Bytes per decision: hardly any noise. */
        BYTES(1.05),
        /** Share of throughput that is lost, in percentage points. */
        COST(Double.NaN),
        /** Microseconds of this machine: to read, never compared. */
        MICROS(Double.NaN),
        /** Decisions per second of this machine: to read, never compared. */
        RATE(Double.NaN);

        private final double tolerance;

        Kind(double tolerance) {
            this.tolerance = tolerance;
        }
    }

    private static final double COST_POINTS = 10;

    /** Microseconds without a bar. */
    Figure(String name, double micros) {
        this(name, Kind.MICROS, micros, Double.NaN);
    }

    /** True if this is so much worse than the baseline that noise does not explain it. */
    boolean isWorseThan(double baseline) {
        return switch (kind) {
            case TIME, BYTES -> value > baseline * kind.tolerance;
            case COST -> value > baseline + COST_POINTS;
            case MICROS, RATE -> false;
        };
    }

    /** The value as people read it. */
    String text() {
        return switch (kind) {
            case TIME -> "%.2f ×".formatted(value);
            case BYTES -> "%.1f KB".formatted(value / 1000);
            case COST -> "%.0f %%".formatted(value);
            case MICROS -> "%.1f µs".formatted(value);
            case RATE -> "%.0f /s".formatted(value);
        };
    }

    String barText() {
        return Double.isNaN(bar) ? "" : "≤ " + new Figure(name, kind, bar, bar).text();
    }
}
