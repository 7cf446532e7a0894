// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

/**
 * How much worse than the baseline a figure may be before it counts as a regression.
 *
 * @param times factor for quotients of two times: machines are noisy
 * @param bytes factor for bytes per decision: hardly any noise
 * @param points for shares of throughput or time, in percentage points
 */
record Tolerance(double times, double bytes, double points) {
    /** Of {@code ops/bench --check}. */
    static final Tolerance WHOLE = new Tolerance(1.25, 1.05, 10);

    /** Of the quick form, which also runs on other machines than the baseline's. */
    static final Tolerance QUICK = new Tolerance(1.5, 1.05, 10);

    /** Another JDK's compiler leaves out other objects: bytes are then no more exact than times. */
    Tolerance forOtherJdk() {
        return new Tolerance(times, times, points);
    }
}
