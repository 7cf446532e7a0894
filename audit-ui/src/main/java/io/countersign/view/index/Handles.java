// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Open connections that wait for their next use; one that failed is thrown away. Thread-safe. */
final class Handles implements AutoCloseable {
    private static final int KEPT = 8;

    private final Jdbi jdbi;
    private final BlockingQueue<Handle> idle = new ArrayBlockingQueue<>(KEPT);
    private volatile boolean closed;

    Handles(Dialect dialect) {
        this.jdbi = Jdbi.create(dialect::connect);
    }

    /** Runs with a connection. */
    <T extends @Nullable Object> T with(Function<Handle, T> work) {
        Handle handle = null;
        try {
            Handle kept = idle.poll();
            handle = kept == null ? jdbi.open() : kept;
            T result = work.apply(handle);
            if (!closed && idle.offer(handle)) {
                handle = null;
            }
            return result;
        } catch (JdbiException e) {
            throw unusable(e);
        } finally {
            if (handle != null) {
                close(handle);
            }
        }
    }

    /** Runs in one transaction: all of it or nothing. */
    <T extends @Nullable Object> T transaction(Function<Handle, T> work) {
        return with(handle -> handle.inTransaction(work::apply));
    }

    void run(Consumer<Handle> work) {
        with(handle -> {
            work.accept(handle);
            return true;
        });
    }

    static IndexUnusable unusable(JdbiException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new IndexUnusable("index: " + root.getMessage(), e);
    }

    private static void close(Handle handle) {
        try {
            handle.close();
        } catch (JdbiException _) {
            // It failed before; what it was asked for has been answered or refused.
            return;
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Handle handle = idle.poll(); handle != null; handle = idle.poll()) {
            close(handle);
        }
    }
}
