// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.Tile;
import io.countersign.audit.tlog.TreeEdge;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.tlog.TreeHasher;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The log as the writer sees it: one connection, the tree's right edge, and the statements that
 * change them together. After any exception the memory no longer matches the file: close it and
 * open another. Used by one thread.
 */
final class TrailStore implements AutoCloseable {
    private final Handle handle;
    private final Connection connection;
    private final LogOrigin origin;
    private final String vkey;
    private final TreeEdge edge;
    private final TreeHasher hasher = new TreeHasher();

    private boolean abandoned;

    private final PreparedStatement insertEntry;
    private final PreparedStatement replaceTile;
    private final PreparedStatement updateSize;

    private TrailStore(Handle handle, LogOrigin origin, String vkey, long size)
            throws SQLException {
        this.handle = handle;
        this.origin = origin;
        this.vkey = vkey;
        this.edge = TreeEdge.of(size, this::tile);
        this.connection = handle.getConnection();
        this.insertEntry =
                connection.prepareStatement(
                        "INSERT INTO entry (seq, id, time, kind, body) VALUES (?, ?, ?, ?, ?)");
        this.replaceTile =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO tile (level, n, hashes) VALUES (?, ?, ?)");
        this.updateSize = connection.prepareStatement("UPDATE log SET size = ?");
    }

    /** Makes an empty log in an empty file. */
    static void create(Path file, LogOrigin origin, String vkey, long now) throws TrailRefused {
        try (Handle creator = TrailDatabase.creator(file)) {
            Migrations.apply(creator);
            creator.execute("INSERT INTO log VALUES (1, ?, ?, ?, 0)", origin.toString(), vkey, now);
        }
    }

    static TrailStore open(Path file, Duration busy) throws TrailRefused {
        Handle handle = TrailDatabase.writer(file, busy);
        try {
            Migrations.apply(handle);
            return handle.createQuery("SELECT origin, vkey, size FROM log")
                    .map((row, _) ->
                            new TrailStore(
                                    handle,
                                    LogOrigin.stored(row.getString("origin")),
                                    row.getString("vkey"),
                                    row.getLong("size")))
                    .one();
        } catch (TrailRefused | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    Handle handle() {
        return handle;
    }

    LogOrigin origin() {
        return origin;
    }

    String vkey() {
        return vkey;
    }

    long size() {
        return edge.size();
    }

    TreeHash root() {
        return edge.root();
    }

    /**
     * All of it is committed, or nothing; then memory and file no longer agree. Switching the
     * driver's mode begins and commits; its {@code commit()} would begin another one at once, and
     * with a BEGIN of ours it would try to commit after every statement.
     */
    void inTransaction(Runnable statements) {
        try {
            connection.setAutoCommit(false);
            statements.run();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            abandon(e);
            throw new IllegalStateException("transaction: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    /** SQLite undoes what was not committed when its connection ends, whatever state it is in. */
    private void abandon(Exception why) {
        abandoned = true;
        try {
            connection.close();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /** Gives each entry the next place; only inside a transaction. */
    void append(List<Append> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            insert(batch);
            saveEdge();
            updateSize.setLong(1, edge.size());
            updateSize.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("append: " + e.getMessage(), e);
        }
    }

    /** Plain statements that stay prepared: this runs for every entry. */
    private void insert(List<Append> batch) throws SQLException {
        long seq = edge.size();
        for (Append append : batch) {
            byte[] body = append.body(origin.log(), seq);
            edge.append(hasher.leaf(body));
            insertEntry.setLong(1, seq);
            insertEntry.setBytes(2, bytes(append.id()));
            insertEntry.setLong(3, append.time());
            insertEntry.setString(4, append.kind().word());
            insertEntry.setBytes(5, body);
            insertEntry.executeUpdate();
            seq++;
        }
    }

    private void saveEdge() throws SQLException {
        for (Tile tile : edge.changed()) {
            replaceTile.setInt(1, tile.level());
            replaceTile.setLong(2, tile.n());
            replaceTile.setBytes(3, tile.hashes());
            replaceTile.executeUpdate();
        }
    }

    Optional<StoredEntry> find(UUID id) {
        return handle.createQuery("SELECT seq, body FROM entry WHERE id = ?")
                .bind(0, bytes(id))
                .map((row, _) -> new StoredEntry(row.getLong(1), row.getBytes(2)))
                .findOne();
    }

    void checkpoint(long size, long time, SignedNote note) {
        handle.execute(
                // Replaces an equal one, when a commit had succeeded although it reported failure.
                "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)", size, time, note.encoded());
    }

    /** The newest checkpoint's note. */
    Optional<String> lastCheckpoint() {
        return handle.createQuery("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
                .mapTo(String.class)
                .findOne();
    }

    /** Gives up to so many free pages back to the file system. */
    void shrink(int pages) {
        // A plain statement runs to its end; a prepared one would free one page a step.
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
        } catch (SQLException e) {
            throw new IllegalStateException("shrinking failed: " + e.getMessage(), e);
        }
    }

    Tile tile(int level, long n) {
        return tile(handle, level, n);
    }

    static Tile tile(Handle handle, int level, long n) {
        byte[] hashes =
                handle.createQuery("SELECT hashes FROM tile WHERE level = ? AND n = ?")
                        .bind(0, level)
                        .bind(1, n)
                        .mapTo(byte[].class)
                        .findOne()
                        .orElseThrow(
                                () -> new DamagedTrail("tile %d/%d: missing".formatted(level, n)));
        return new Tile(level, n, hashes);
    }

    /** Sixteen bytes, so that SQLite sorts ids as Java and RFC 9562 do. */
    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    public void close() {
        if (!abandoned) { // JDBI would look for a transaction on a connection that is gone
            handle.close();
        }
    }
}
