// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * Lockouts, and which name got in from where, on this instance's disk. Written a moment after they
 * are in force, by a thread of its own: a login never waits for it, and a kill may lose what is
 * younger. Nothing older than its end stays. Thread-safe.
 */
public final class LockoutStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LockoutStore.class);
    private static final int APPLICATION_ID = 0x43534c4b; // "CSLK"
    private static final int BUSY_MILLIS = 2000;
    private static final int EVERY_MILLIS = 200;
    private static final int MOST_WAITING = 100_000;

    private final Handle handle;
    private final Map<Long, Lockout> lockouts = new ConcurrentHashMap<>();
    private final Map<Long, Long> known = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("lockouts").factory());

    private LockoutStore(Handle handle) {
        this.handle = handle;
        var _ =
                writer.scheduleWithFixedDelay(
                        this::flush, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens the file, or makes it, readable for its owner only.
     *
     * @throws IOException if it cannot be opened or is another program's
     */
    public static LockoutStore open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        try {
            Handle handle =
                    Jdbi.create(() -> config.createConnection("jdbc:sqlite:" + file)).open();
            return new LockoutStore(prepared(handle, file));
        } catch (JdbiException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: lockouts)", e);
        }
    }

    private static Handle prepared(Handle handle, Path file) throws IOException {
        int owner = handle.createQuery("PRAGMA application_id").mapTo(Integer.class).one();
        int tables =
                handle.createQuery("SELECT count(*) FROM sqlite_schema").mapTo(Integer.class).one();
        if (tables > 0 && owner != APPLICATION_ID) {
            handle.close();
            throw new IOException(file + ": not a file of lockouts");
        }
        handle.execute("PRAGMA application_id = " + APPLICATION_ID);
        handle.execute(
                "CREATE TABLE IF NOT EXISTS lockout (key INTEGER PRIMARY KEY,"
                        + " until INTEGER NOT NULL, record BLOB NOT NULL) STRICT");
        handle.execute(
                "CREATE TABLE IF NOT EXISTS known (key INTEGER PRIMARY KEY,"
                        + " until INTEGER NOT NULL) STRICT");
        return handle;
    }

    /** The records that are not over. */
    synchronized List<Lockout> load(long now) {
        handle.createUpdate("DELETE FROM lockout WHERE until <= :now").bind("now", now).execute();
        List<Lockout> all = new ArrayList<>();
        handle.createQuery("SELECT record FROM lockout")
                .mapTo(byte[].class)
                .forEach(bytes -> Lockout.of(bytes).ifPresent(all::add));
        return all;
    }

    /** Pairs of name and address that got in, with the time until which that counts. */
    public synchronized Map<Long, Long> known(long now) {
        handle.createUpdate("DELETE FROM known WHERE until <= :now").bind("now", now).execute();
        Map<Long, Long> all = new HashMap<>();
        handle.createQuery("SELECT key, until FROM known")
                .map((row, _) -> Map.entry(row.getLong("key"), row.getLong("until")))
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all;
    }

    void write(Lockout it) {
        if (lockouts.size() < MOST_WAITING) {
            lockouts.put(it.key(), it);
        }
    }

    void writeKnown(long key, long until) {
        if (known.size() < MOST_WAITING) {
            known.put(key, until);
        }
    }

    private synchronized void flush() {
        try {
            Map<Long, Lockout> some = drained(lockouts);
            Map<Long, Long> others = drained(known);
            if (!some.isEmpty() || !others.isEmpty()) {
                handle.useTransaction(h -> write(h, some, others));
            }
        } catch (JdbiException e) {
            // A scheduled task that throws is never run again.
            log.error("lockouts could not be written: {}", e.getMessage());
        }
    }

    private static <V> Map<Long, V> drained(Map<Long, V> waiting) {
        Map<Long, V> taken = new HashMap<>(waiting);
        taken.forEach(waiting::remove);
        return taken;
    }

    private static void write(Handle h, Map<Long, Lockout> lockouts, Map<Long, Long> known) {
        try (PreparedBatch batch =
                h.prepareBatch("INSERT OR REPLACE INTO lockout VALUES (:key, :until, :record)")) {
            lockouts.values()
                    .forEach(it ->
                            batch.bind("key", it.key())
                                    .bind("until", it.until())
                                    .bind("record", it.bytes())
                                    .add());
            batch.execute();
        }
        try (PreparedBatch batch =
                h.prepareBatch("INSERT OR REPLACE INTO known VALUES (:key, :until)")) {
            known.forEach((key, until) -> batch.bind("key", key).bind("until", until).add());
            batch.execute();
        }
    }

    /** Writes what waits, and closes. */
    @Override
    public void close() {
        writer.shutdown();
        flush();
        synchronized (this) {
            handle.close();
        }
    }
}
