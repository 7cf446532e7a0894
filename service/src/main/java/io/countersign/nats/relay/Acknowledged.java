// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** Those who wait until the stream has their entry, in the order of entries. Thread-safe. */
final class Acknowledged {
    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>();
    private long upTo;
    private String failure = "";

    private record Waiter(long seq, CompletableFuture<Void> done) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return Long.compare(seq, other.seq);
        }
    }

    /** Completes when the stream has that entry, with all before it; the caller sets a limit. */
    CompletableFuture<Void> of(long seq) {
        Waiter waiter = new Waiter(seq, new CompletableFuture<>());
        synchronized (this) {
            if (seq < upTo) {
                return CompletableFuture.completedFuture(null);
            }
            if (!failure.isEmpty()) {
                return CompletableFuture.failedFuture(new AuditUnavailable("stream: " + failure));
            }
            waiting.add(waiter);
        }
        // Whoever gives up must not be remembered through a long outage.
        var _ = waiter.done().whenComplete((_, failed) -> forget(waiter, failed != null));
        return waiter.done();
    }

    private synchronized void forget(Waiter waiter, boolean gaveUp) {
        if (gaveUp) {
            waiting.remove(waiter);
        }
    }

    /** The stream has all entries before this one. */
    void upTo(long next) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            upTo = Math.max(upTo, next);
            for (Waiter w = waiting.peek(); w != null && w.seq() < upTo; w = waiting.peek()) {
                served.add(waiting.remove());
            }
        }
        served.forEach(waiter -> waiter.done().complete(null));
    }

    /** Nothing will be acknowledged any more. */
    void fail(String why) {
        List<Waiter> lost;
        synchronized (this) {
            failure = why;
            lost = new ArrayList<>(waiting);
            waiting.clear();
        }
        lost.forEach(w -> w.done().completeExceptionally(new AuditUnavailable("stream: " + why)));
    }

    synchronized int waiting() {
        return waiting.size();
    }
}
