// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

/**
 * One result that can be compared between machines: a quotient of two times from one run, or bytes.
 *
 * @param name stable: the baseline is read by it
 * @param bar the budget, for the reader; NaN where there is none
 */
record Figure(String name, Kind kind, double value, double bar) {
    /** What a figure is. */
    enum Kind {
        /** Quotient of two times. */
        TIME,
        /** Bytes per decision. */
        BYTES,
        /** Share of throughput that is lost, in percentage points. */
        COST,
        /** Microseconds of this machine: to read, never compared. */
        MICROS,
        /** Decisions per second of this machine: to read, never compared. */
        RATE
    }

    /** Microseconds without a bar. */
    Figure(String name, double micros) {
        this(name, Kind.MICROS, micros, Double.NaN);
    }

    /** False for what only this machine gives. */
    boolean isCompared() {
        return switch (kind) {
            case TIME, BYTES, COST -> true;
            case MICROS, RATE -> false;
        };
    }

    /** True if this is so much worse than the baseline that noise does not explain it. */
    boolean isWorseThan(double baseline, Tolerance tolerance) {
        return switch (kind) {
            case TIME -> value > baseline * tolerance.times();
            case BYTES -> value > baseline * tolerance.bytes();
            case COST -> value > baseline + tolerance.points();
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
