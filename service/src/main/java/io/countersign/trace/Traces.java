// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

import java.time.Instant;

/** Decides which decisions are recorded. Thread-safe. */
@FunctionalInterface
public interface Traces {
    /** None of them. */
    Traces OFF = arrived -> Trace.NONE;

    /** The trace of a decision whose request has arrived; never blocks. */
    Trace begin(Instant arrived);
}
