// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.MerkleTree;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.Tile;
import io.countersign.audit.tlog.TreeHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads one log beside its writer, through read-only connections. Entries whose bodies were removed
 * are simply not there. Thread-safe; meant for short pages, because a long read keeps the
 * write-ahead log from shrinking.
 */
public final class TrailReader implements AutoCloseable {
    private static final String SELECT = "SELECT seq, body FROM entry ";
    private static final int MAX_PAGE = 5_000;

    private final ReadPool pool;
    private final LogOrigin origin;
    private final CommitSignal committed;

    TrailReader(Path file, LogOrigin origin, CommitSignal committed) {
        this.pool = new ReadPool(file);
        this.origin = origin;
        this.committed = committed;
    }

    public LogOrigin origin() {
        return origin;
    }

    /** Entries that the log has taken so far, removed ones included. */
    public long size() {
        return committed.size();
    }

    public Optional<StoredEntry> entry(long seq) throws AuditUnavailable {
        return pool.read(h -> one(h.createQuery(SELECT + "WHERE seq = ?").bind(0, seq)));
    }

    public Optional<StoredEntry> entry(UUID id) throws AuditUnavailable {
        return pool.read(h -> entry(h, id));
    }

    static Optional<StoredEntry> entry(Handle handle, UUID id) {
        return one(handle.createQuery(SELECT + "WHERE id = ?").bind(0, TrailStore.bytes(id)));
    }

    /** Up to {@code limit} entries from {@code seq} on, oldest first. */
    public List<StoredEntry> from(long seq, int limit) throws AuditUnavailable {
        return pool.read(h ->
                rows(
                        h.createQuery(SELECT + "WHERE seq >= ? ORDER BY seq LIMIT ?")
                                .bind(0, seq)
                                .bind(1, page(limit))));
    }

    /** What the log consists of from that place on: the pieces of up to so many entries. */
    public List<LogPiece> pieces(LogPlace from, int places) throws AuditUnavailable {
        return pool.read(h -> LogPieces.read(h, from, page(places)));
    }

    /** Waits until the log has more entries than that, or the time is up. */
    public void awaitBeyond(long size, Duration limit) throws InterruptedException {
        committed.awaitBeyond(size, limit);
    }

    /** Leaf hash of an entry, also of one without a body; empty beyond the end. */
    public Optional<TreeHash> leaf(long seq) throws AuditUnavailable {
        if (seq < 0 || seq >= size()) {
            return Optional.empty();
        }
        return pool.read(h -> Optional.of(nodes(h).node(0, seq)));
    }

    /** The newest entries, newest first. */
    public List<StoredEntry> latest(int limit) throws AuditUnavailable {
        return pool.read(h ->
                rows(h.createQuery(SELECT + "ORDER BY seq DESC LIMIT ?").bind(0, page(limit))));
    }

    /** Follows the log from that place on, as it grows. */
    public TrailFollower follow(long seq) {
        return new TrailFollower(this, committed, seq);
    }

    /** Signed checkpoints over more than {@code size} entries, oldest first. */
    public List<SignedNote> checkpointsBeyond(long size, int limit) throws AuditUnavailable {
        List<String> notes =
                pool.read(h ->
                        h.createQuery(
                                        "SELECT note FROM checkpoint WHERE size > ?"
                                                + " ORDER BY size LIMIT ?")
                                .bind(0, size)
                                .bind(1, page(limit))
                                .mapTo(String.class)
                                .list());
        return notes.stream().map(TrailReader::note).toList();
    }

    public Optional<SignedNote> lastCheckpoint() throws AuditUnavailable {
        return pool.read(TrailReader::lastCheckpoint);
    }

    /**
     * Proof of one entry against the newest checkpoint; empty while no checkpoint covers it. Also
     * for entries whose body is gone: who still has it can then prove it.
     */
    public Optional<InclusionProof> proof(long seq) throws AuditUnavailable {
        return pool.read(h -> proof(h, seq));
    }

    static Optional<InclusionProof> proof(Handle handle, long seq) {
        Optional<SignedNote> note = lastCheckpoint(handle);
        long size = note.map(TrailReader::sizeOf).orElse(0L);
        if (seq < 0 || seq >= size) {
            return Optional.empty();
        }
        return Optional.of(
                new InclusionProof(
                        seq, MerkleTree.inclusion(seq, size, nodes(handle)), note.orElseThrow()));
    }

    /** How this log stands to a checkpoint that somebody else holds. */
    public Standing standing(Checkpoint held) throws AuditUnavailable {
        if (!held.origin().equals(origin.toString())) {
            return Standing.ANOTHER_LOG;
        }
        if (held.size() > size()) {
            return Standing.BEHIND;
        }
        TreeHash root = pool.read(h -> MerkleTree.root(held.size(), nodes(h)));
        return root.equals(held.root()) ? Standing.EXTENDS : Standing.FORKED;
    }

    /** Shows to a holder of the older checkpoint that the newer one extends it. */
    public List<TreeHash> consistency(long older, long newer) throws AuditUnavailable {
        return pool.read(h -> MerkleTree.consistency(older, newer, nodes(h)));
    }

    private static MerkleTree.Nodes nodes(Handle handle) {
        return Tile.nodes((level, n) -> TrailStore.tile(handle, level, n));
    }

    private static Optional<SignedNote> lastCheckpoint(Handle handle) {
        return handle.createQuery("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
                .mapTo(String.class)
                .findOne()
                .map(TrailReader::note);
    }

    private static SignedNote note(String text) {
        try {
            return SignedNote.parse(text);
        } catch (BadNote e) {
            throw new DamagedTrail("checkpoint: " + e.getMessage());
        }
    }

    private static long sizeOf(SignedNote note) {
        try {
            return Checkpoint.parse(note).size();
        } catch (BadNote e) {
            throw new DamagedTrail("checkpoint: " + e.getMessage());
        }
    }

    private static Optional<StoredEntry> one(Query query) {
        return query.map((row, _) -> new StoredEntry(row.getLong(1), row.getBytes(2))).findOne();
    }

    private static List<StoredEntry> rows(Query query) {
        return query.map((row, _) -> new StoredEntry(row.getLong(1), row.getBytes(2))).list();
    }

    private static int page(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        return Math.min(limit, MAX_PAGE);
    }

    /** For the package: any other look at the tables, in one snapshot. */
    <T> T query(Function<Handle, T> query) throws AuditUnavailable {
        return pool.read(query);
    }

    @Override
    public void close() {
        pool.close();
    }
}
