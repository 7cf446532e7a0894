// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * A few platform threads that hash passwords, and nothing else does. A hash takes 50 ms of CPU and
 * never yields: forty of them on virtual threads delayed every other virtual thread by 1.1 s, on
 * one platform thread by 0.2 ms (build-notes 6). The queue is bounded; what nobody waits for any
 * more is not started. Thread-safe.
 */
public final class PasswordPool implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final LongAdder hashed = new LongAdder();

    /**
     * @param threads hashes at the same time; each takes a core and, with Argon2id, 19 MiB
     * @param queued how many may wait: threads × 25 fill a login's 1.5 s, more would wait in vain
     */
    public PasswordPool(int threads, int queued) {
        AtomicInteger number = new AtomicInteger();
        this.threads =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(queued),
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("password-" + number.incrementAndGet())
                                        .unstarted(task));
    }

    /** Checks that wait for a thread, for metrics. */
    public int queued() {
        return threads.getQueue().size();
    }

    /** Passwords hashed so far, for metrics. */
    public long hashed() {
        return hashed.sum();
    }

    /**
     * Queues one check.
     *
     * @param wanted asked when a thread is free; false leaves the work undone
     * @param work true for the right password
     * @return completes with the result, or with {@link PasswordCheck#UNDECIDED} if it was not
     *     wanted any more; empty if the queue is full
     */
    Ticket submit(BooleanSupplier wanted, BooleanSupplier work) {
        Task task = new Task(wanted, work, hashed, new CompletableFuture<>());
        boolean taken = offer(task) || (dropUnwanted() && offer(task));
        if (!taken) {
            task.result.complete(PasswordCheck.UNDECIDED);
        }
        return new Ticket(taken, task.result);
    }

    private boolean offer(Task task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // full or closed; nothing to add
        }
    }

    /** Makes room: behind slow hashes the queue may hold callers who have left. */
    private boolean dropUnwanted() {
        BlockingQueue<Runnable> queue = threads.getQueue();
        return queue.removeIf(waiting -> waiting instanceof Task task && task.isAbandoned());
    }

    /** What waits is given up, what runs is left to end. */
    @Override
    public void close() {
        for (Runnable waiting : threads.shutdownNow()) {
            if (waiting instanceof Task task) {
                task.result.complete(PasswordCheck.UNDECIDED);
            }
        }
    }

    /**
     * A place in the queue.
     *
     * @param taken false if the queue was full
     */
    record Ticket(boolean taken, CompletableFuture<PasswordCheck> result) {}

    private record Task(
            BooleanSupplier wanted,
            BooleanSupplier work,
            LongAdder hashed,
            CompletableFuture<PasswordCheck> result)
            implements Runnable {
        @Override
        public void run() {
            if (isAbandoned()) {
                return;
            }
            try {
                PasswordCheck check =
                        work.getAsBoolean() ? PasswordCheck.RIGHT : PasswordCheck.WRONG;
                hashed.increment(); // before the result, so that who has it is counted
                result.complete(check);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e); // thrown again where it is waited for
            }
        }

        private boolean isAbandoned() {
            return !wanted.getAsBoolean() && result.complete(PasswordCheck.UNDECIDED);
        }
    }
}
