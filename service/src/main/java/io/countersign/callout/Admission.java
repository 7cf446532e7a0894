// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The door of the request path: a virtual thread for each request, never more than a fixed number
 * at once. A full house refuses the newcomer instead of growing, and who has waited too long is
 * sent away unworked: above its capacity an instance would otherwise answer everybody, each a
 * moment too late (ADR 66). Thread-safe.
 */
public final class Admission {
    private final int places;
    private final Semaphore workers;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private int taken;
    private boolean closed;

    /** Answer of {@link #admit}. */
    public enum Entry {
        ADMITTED,
        /** Every place is taken. */
        FULL,
        /** {@link #close} was called. */
        CLOSED
    }

    /**
     * A door for so many.
     *
     * @param places requests inside, those that wait for a worker among them
     * @param atOnce requests worked on at the same time; the others wait in order
     * @param patience how long a request may wait and still be worked on
     */
    public Admission(int places, int atOnce, Duration patience) {
        if (places < 1 || atOnce < 1) {
            throw new IllegalArgumentException(
                    "places: %d, at once: %d (expected: >= 1)".formatted(places, atOnce));
        }
        this.places = places;
        this.workers = new Semaphore(atOnce, true);
        this.patience = patience.toNanos();
    }

    /**
     * Runs the work on a thread of its own, or says why not. Never blocks.
     *
     * @param tooLate run in place of the work if its turn comes too late
     */
    public Entry admit(Runnable work, Runnable tooLate) {
        lock.lock();
        try {
            if (closed) {
                return Entry.CLOSED;
            }
            if (taken == places) {
                return Entry.FULL;
            }
            taken++;
        } finally {
            lock.unlock();
        }
        long came = System.nanoTime();
        Thread.startVirtualThread(() -> {
            workers.acquireUninterruptibly();
            try {
                if (System.nanoTime() - came <= patience) {
                    work.run();
                } else {
                    tooLate.run();
                }
            } finally {
                workers.release();
                leave();
            }
        });
        return Entry.ADMITTED;
    }

    private void leave() {
        lock.lock();
        try {
            taken--;
            if (taken == 0) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Requests that are being worked on. */
    public int inFlight() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Admits nobody any more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is in flight. False if that took longer than the limit. */
    public boolean awaitEmpty(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (taken > 0) {
                if (left <= 0) {
                    return false;
                }
                left = empty.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
