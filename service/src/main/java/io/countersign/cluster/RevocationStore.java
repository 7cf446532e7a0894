// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * The revocations of one instance on its disk: what is written here survives a power cut. Holds
 * signed records as they are, so that editing the file forges nothing. Thread-safe.
 */
public final class RevocationStore implements AutoCloseable {
    private static final int APPLICATION_ID = 0x43535256; // "CSRV"
    private static final int BUSY_MILLIS = 2000;
    private static final int AT_ONCE = 5_000;

    private final Handle handle;
    private final RevocationSeal seal;

    private RevocationStore(Handle handle, RevocationSeal seal) {
        this.handle = handle;
        this.seal = seal;
    }

    /**
     * Opens the file, or makes it, readable for its owner only.
     *
     * @throws IOException if it cannot be opened or is another program's
     */
    public static RevocationStore open(Path file, RevocationSeal seal) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        config.setBusyTimeout(BUSY_MILLIS);
        try {
            Handle handle =
                    Jdbi.create(() -> config.createConnection("jdbc:sqlite:" + file)).open();
            return new RevocationStore(prepared(handle, file), seal);
        } catch (JdbiException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: revocations)", e);
        }
    }

    private static Handle prepared(Handle handle, Path file) throws IOException {
        int owner = handle.createQuery("PRAGMA application_id").mapTo(Integer.class).one();
        boolean isNew =
                handle.createQuery("SELECT count(*) FROM sqlite_schema").mapTo(Integer.class).one()
                        == 0;
        if (!isNew && owner != APPLICATION_ID) {
            handle.close();
            throw new IOException(file + ": not a file of revocations");
        }
        handle.execute("PRAGMA application_id = " + APPLICATION_ID);
        handle.execute(
                "CREATE TABLE IF NOT EXISTS revocation"
                        + " (id TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID");
        return handle;
    }

    /**
     * Reads all of them. There may be a million, and an instance answers nobody meanwhile: so that
     * checking their signatures is shared by all processors.
     *
     * @return records that are not ours: of another secret, or damaged
     */
    synchronized int load(Consumer<SignedRecord> to) {
        return load(to, _ -> {});
    }

    /**
     * The same.
     *
     * @param foreign told those that another secret signed that counts, signed with ours
     */
    synchronized int load(Consumer<SignedRecord> to, Consumer<SignedRecord> foreign) {
        List<byte[]> batch = new ArrayList<>(AT_ONCE);
        int[] bad = {0};
        handle.createQuery("SELECT record FROM revocation")
                .mapTo(byte[].class)
                .forEach(record -> {
                    batch.add(record);
                    if (batch.size() == AT_ONCE) {
                        bad[0] += open(batch, to, foreign);
                        batch.clear();
                    }
                });
        return bad[0] + open(batch, to, foreign);
    }

    private int open(
            List<byte[]> batch, Consumer<SignedRecord> to, Consumer<SignedRecord> foreign) {
        List<Opened> good =
                batch.parallelStream().map(this::opened).flatMap(Optional::stream).toList();
        for (Opened each : good) {
            to.accept(each.record());
            if (each.isForeign()) {
                foreign.accept(each.record());
            }
        }
        return batch.size() - good.size();
    }

    /** A record, and whether the file has it with another signature. */
    private record Opened(SignedRecord record, boolean isForeign) {}

    private Optional<Opened> opened(byte[] record) {
        try {
            SignedRecord opened = seal.open(record);
            return Optional.of(new Opened(opened, !Arrays.equals(opened.raw(), record)));
        } catch (BadRevocation _) {
            return Optional.empty();
        }
    }

    /** Writes records in one transaction; when it returns, they are on the disk. */
    synchronized void write(Collection<? extends SignedRecord> records) {
        handle.useTransaction(h -> {
            try (PreparedBatch batch =
                    h.prepareBatch(
                            "INSERT INTO revocation VALUES (:id, :record)"
                                    + " ON CONFLICT (id) DO UPDATE SET record = excluded.record")) {
                for (SignedRecord record : records) {
                    UUID id = record.id();
                    batch.bind("id", id.toString()).bind("record", record.raw()).add();
                }
                batch.execute();
            }
        });
    }

    @Override
    public synchronized void close() {
        handle.close();
    }
}
