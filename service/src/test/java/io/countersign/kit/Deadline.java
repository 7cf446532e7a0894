// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A point on the monotonic clock until which something may take. */
record Deadline(long nanos) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * What is left, in milliseconds for a socket, where 0 would mean "for ever".
     *
     * @throws SocketTimeoutException if nothing is left
     */
    int millisLeft() throws SocketTimeoutException {
        long left = nanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        return Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE);
    }
}
