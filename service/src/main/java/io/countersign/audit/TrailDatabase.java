// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;

/** Opens connections to a trail's file, with the settings that its promises rest on. */
final class TrailDatabase {
    /** Seven usual entries fill one, and a commit is fewer writes than with SQLite's 4096. */
    private static final int PAGE_BYTES = 8192;

    private static final int WRITER_CACHE_KIB = 8 * 1024;
    private static final int READER_CACHE_KIB = 2 * 1024;
    private static final long WAL_BYTES = 64L << 20;

    private TrailDatabase() {}

    /**
     * The one connection that writes. FULL: a commit is on disk, not only in the page cache.
     * Deleted bodies are overwritten, because erased must mean erased.
     */
    static Handle writer(Path file, Duration busy) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        config.setTempStore(TempStore.MEMORY);
        config.setCacheSize(-WRITER_CACHE_KIB);
        config.setBusyTimeout((int) busy.toMillis());
        // Otherwise the driver asks for the last row's number after every single insert.
        config.setGetGeneratedKeys(false);
        Handle handle = open(config, file.toString());
        handle.execute("PRAGMA secure_delete = ON");
        handle.execute("PRAGMA journal_size_limit = " + WAL_BYTES);
        return handle;
    }

    /** A connection to a file that nobody else has open. */
    static Handle plain(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SynchronousMode.FULL);
        return open(config, file.toString());
    }

    /** The first connection to a new file: what can only be set before there are tables. */
    static Handle creator(Path file) {
        Handle handle = plain(file);
        handle.execute("PRAGMA page_size = " + PAGE_BYTES);
        handle.execute("PRAGMA auto_vacuum = INCREMENTAL");
        handle.execute("PRAGMA application_id = " + TrailDirectory.APPLICATION_ID);
        return handle;
    }

    /** A connection that cannot write, beside a writer. */
    static Handle reader(Path file, Duration busy) {
        return reader(file.toString(), busy);
    }

    /**
     * A connection for looking at evidence: a file without a write-ahead log is at rest and read as
     * it is, so that nothing is left beside it.
     */
    static Handle examiner(Path file, Duration busy) {
        boolean live = Files.exists(Path.of(file + "-wal"));
        return reader(live ? file.toString() : file.toUri() + "?immutable=1", busy);
    }

    private static Handle reader(String name, Duration busy) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setTempStore(TempStore.MEMORY);
        config.setCacheSize(-READER_CACHE_KIB);
        config.setBusyTimeout((int) busy.toMillis());
        return open(config, name);
    }

    private static Handle open(SQLiteConfig config, String name) {
        return Jdbi.create(() -> config.createConnection("jdbc:sqlite:" + name)).open();
    }
}
