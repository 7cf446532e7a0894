// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.DamagedTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** A few read-only connections, opened when needed, each read in one snapshot. Thread-safe. */
final class ReadPool implements AutoCloseable {
    private static final int CONNECTIONS = 3;
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Path file;
    private final Semaphore free = new Semaphore(CONNECTIONS);
    private final ConcurrentLinkedDeque<Handle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    ReadPool(Path file) {
        this.file = file;
    }

    <T> T read(Function<Handle, T> query) throws AuditUnavailable {
        try {
            if (!free.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AuditUnavailable("trail: too many readers (expected: <= 3 at once)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable("trail: interrupted while waiting to read", e);
        }
        try {
            return onConnection(query);
        } catch (JdbiException | DamagedTree | IllegalStateException e) {
            throw AuditUnavailable.because("trail: cannot be read", e);
        } finally {
            free.release();
        }
    }

    private <T> T onConnection(Function<Handle, T> query) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        @Nullable Handle handle = idle.poll();
        if (handle == null) {
            handle = TrailDatabase.reader(file, WAIT);
        }
        boolean sound = false;
        try {
            T result = handle.inTransaction(query::apply);
            sound = true;
            return result;
        } finally {
            if (sound && !closed) {
                idle.push(handle);
            } else {
                handle.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Handle handle = idle.poll(); handle != null; handle = idle.poll()) {
            handle.close();
        }
    }
}
