// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from writing one index: each replica has its own. Claimed with the first
 * write, held until the end of the process. Used under the writer's lock.
 */
final class OnlyWriter implements AutoCloseable {
    /** Any number will do, as long as it stays. */
    private static final long LOCK = 0x436f756e74657273L;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Dialect dialect;
    private @Nullable FileChannel file;
    private @Nullable Handle handle;

    OnlyWriter(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Makes this process the writer.
     *
     * @throws IndexUnusable if another one is
     */
    synchronized void claim() {
        if (file != null || handle != null) {
            return;
        }
        boolean ours =
                switch (dialect) {
                    case Dialect.Sqlite(var database) -> lock(database);
                    case Dialect.Postgres _ -> lock();
                };
        if (!ours) {
            close();
            throw new IndexUnusable(
                    "index: another process writes %s (expected: an index of its own for each view)"
                            .formatted(dialect.place()));
        }
    }

    private boolean lock(Path database) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            database.resolveSibling(database.getFileName() + ".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            file = channel;
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        } catch (IOException e) {
            throw new IndexUnusable("index: cannot lock " + database + ": " + e, e);
        }
    }

    private boolean lock() {
        try {
            Handle opened = Jdbi.create(dialect::connect).open();
            handle = opened;
            // A server takes a moment to notice that the process before this one was killed.
            return opened.execute("SET lock_timeout = '15s'") >= 0
                    && opened.createQuery("SELECT pg_advisory_lock(?) IS NOT NULL")
                            .bind(0, LOCK)
                            .mapTo(Boolean.class)
                            .one();
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException refused
                    && LOCK_NOT_AVAILABLE.equals(refused.getSQLState())) {
                return false;
            }
            throw Handles.unusable(e);
        }
    }

    @Override
    public synchronized void close() {
        FileChannel channel = file;
        Handle opened = handle;
        file = null;
        handle = null;
        try {
            if (channel != null) {
                channel.close();
            }
            if (opened != null) {
                opened.close();
            }
        } catch (IOException | JdbiException e) {
            throw new IndexUnusable("index: " + e.getMessage(), e);
        }
    }
}
