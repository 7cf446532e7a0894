// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;

/** When a search gives what it has by then. */
record Deadline(long nanos) {
    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    boolean isOver() {
        return System.nanoTime() - nanos > 0;
    }
}
