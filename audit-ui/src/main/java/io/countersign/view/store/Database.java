// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The shared database, with its tables. Asked at every request, so connections are kept; one that
 * broke while it waited is replaced without anybody noticing. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final int KEPT = 4;

    /** Two replicas that start at once must not both make the tables, or the administrator. */
    private static final long LOCK = 0x436f756e74507065L;

    private final String url;
    private final Jdbi jdbi;
    private final BlockingQueue<Handle> idle = new ArrayBlockingQueue<>(KEPT);

    private Database(String url) {
        this.url = url;
        this.jdbi = Jdbi.create(() -> DriverManager.getConnection(url, wanted()));
    }

    private static Properties wanted() {
        Properties wanted = new Properties();
        wanted.setProperty("ApplicationName", "countersign audit-ui people");
        wanted.setProperty("connectTimeout", "5");
        wanted.setProperty("socketTimeout", "10");
        wanted.setProperty("tcpKeepAlive", "true");
        return wanted;
    }

    /**
     * Connects, and makes the tables that are not there.
     *
     * @param url of a PostgreSQL database; password in it, in PGPASSFILE or ~/.pgpass
     * @throws StoreUnusable if that is not possible
     */
    public static Database open(String url) {
        Database database = new Database(url);
        database.alone(handle -> {
            handle.execute(UsersTable.TABLE);
            handle.execute(SavedViewsTable.TABLE);
            return true;
        });
        return database;
    }

    /** Where it is, without a password. */
    public String place() {
        int end = url.indexOf('?');
        String plain = end < 0 ? url : url.substring(0, end);
        return plain.replaceFirst("//[^/@]*@", "//");
    }

    /** Runs with a connection. What may be done twice: it is, if the first one was broken. */
    <T extends @Nullable Object> T with(Function<Handle, T> work) {
        Handle kept = idle.poll();
        if (kept != null) {
            try {
                return keeping(kept, work);
            } catch (JdbiException e) {
                if (!isBroken(e)) {
                    throw unusable(e);
                }
            }
        }
        try {
            return keeping(jdbi.open(), work);
        } catch (JdbiException e) {
            throw unusable(e);
        }
    }

    /** In one transaction, while no other replica is in one. */
    <T extends @Nullable Object> T alone(Function<Handle, T> work) {
        return with(handle ->
                handle.inTransaction(h -> {
                    h.createQuery("SELECT pg_advisory_xact_lock(?) IS NOT NULL")
                            .bind(0, LOCK)
                            .mapTo(Boolean.class)
                            .one();
                    return work.apply(h);
                }));
    }

    private <T extends @Nullable Object> T keeping(Handle handle, Function<Handle, T> work) {
        boolean isGood = false;
        try {
            T result = work.apply(handle);
            isGood = true;
            return result;
        } finally {
            if (!isGood || !idle.offer(handle)) {
                close(handle);
            }
        }
    }

    private static void close(Handle handle) {
        try {
            handle.close();
        } catch (JdbiException _) {
            // It was broken; what it was asked for is answered elsewhere.
            return;
        }
    }

    /** Connection exceptions, and those of a server that shuts down. */
    private static boolean isBroken(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P");
            }
        }
        return false;
    }

    private static StoreUnusable unusable(JdbiException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StoreUnusable("people: " + root.getMessage(), e);
    }

    @Override
    public void close() {
        for (Handle handle = idle.poll(); handle != null; handle = idle.poll()) {
            close(handle);
        }
    }
}
