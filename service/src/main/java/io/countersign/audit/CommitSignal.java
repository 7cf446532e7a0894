// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;

/** Wakes those who follow the log when it has grown. Thread-safe. */
final class CommitSignal {
    private long size;

    CommitSignal(long size) {
        this.size = size;
    }

    synchronized void announce(long now) {
        if (now != size) {
            size = now;
            notifyAll();
        }
    }

    synchronized long size() {
        return size;
    }

    /** Waits until the log is longer than that, or the time is up. */
    synchronized void awaitBeyond(long known, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos();
                size <= known && left > 0;
                left = end - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
    }
}
