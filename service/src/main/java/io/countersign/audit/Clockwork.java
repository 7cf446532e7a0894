// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a task again and again on a thread of its own, also after the task failed once. */
final class Clockwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Clockwork(String name, Duration pause, Runnable task) {
        this.thread =
                Thread.ofPlatform().daemon().name(name).unstarted(() -> run(name, pause, task));
    }

    static Clockwork start(String name, Duration pause, Runnable task) {
        Clockwork clockwork = new Clockwork(name, pause, task);
        clockwork.thread.start();
        return clockwork;
    }

    private void run(String name, Duration pause, Runnable task) {
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("{} failed and goes on", name, e);
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("{} was interrupted and ends", name);
        }
    }

    /** Returns when the task no longer runs. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
