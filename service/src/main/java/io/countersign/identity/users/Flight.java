// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.protocol.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One hash that several callers wait for, wanted as long as the most patient of them. */
final class Flight {
    final CompletableFuture<PasswordCheck> result = new CompletableFuture<>();

    /** True if the pool had no room: written before the result, read after it. */
    volatile boolean isShed;

    private final AtomicLong until;

    Flight(Deadline deadline) {
        this.until = new AtomicLong(deadline.nanoTime());
    }

    void wantUntil(Deadline deadline) {
        // The difference, because nanoTime may wrap.
        until.accumulateAndGet(deadline.nanoTime(), (a, b) -> b - a > 0 ? b : a);
    }

    boolean isWanted() {
        return !new Deadline(until.get()).isPast();
    }
}
