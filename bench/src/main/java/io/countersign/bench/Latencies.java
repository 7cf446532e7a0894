// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.util.Arrays;

/** Times that something took, all kept. Not thread-safe. */
final class Latencies {
    private long[] nanos = new long[1024];
    private int count;
    private boolean sorted;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** How many took no longer. */
    int within(long duration) {
        int within = 0;
        for (int i = 0; i < count; i++) {
            within += nanos[i] <= duration ? 1 : 0;
        }
        return within;
    }

    /** So many of a hundred took no longer than this, in milliseconds; NaN without any. */
    double millis(double percent) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(percent / 100 * count);
        return nanos[Math.max(0, Math.min(count, rank) - 1)] / 1e6;
    }
}
