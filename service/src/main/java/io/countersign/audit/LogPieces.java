// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.MerkleTree;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.Tile;
import io.countersign.audit.tlog.TreeHash;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads a stretch of a log as {@link LogPiece}s, in one snapshot. Used once. */
final class LogPieces {
    private final Handle handle;
    private final List<LogPiece> pieces = new ArrayList<>();
    private final Deque<LogPiece.Noted> notes;
    private final List<TreeHash> gap = new ArrayList<>();
    private @Nullable Tile tile;
    private long next;

    private LogPieces(Handle handle, LogPlace from, long end) {
        this.handle = handle;
        this.next = from.next();
        this.notes = notes(from.noted() ? from.next() + 1 : from.next(), end);
    }

    /** The pieces of up to so many places. */
    static List<LogPiece> read(Handle handle, LogPlace from, int places) {
        long size = handle.createQuery("SELECT size FROM log").mapTo(Long.class).one();
        long end = Math.min(size, from.next() + places);
        LogPieces reading = new LogPieces(handle, from, end);
        reading.run(end);
        return reading.pieces;
    }

    private void run(long end) {
        notesAt(next);
        for (LogPiece.Present entry : entries(end)) {
            skipTo(entry.entry().seq());
            pieces.add(entry);
            next++;
            notesAt(next);
        }
        skipTo(end);
    }

    private void skipTo(long seq) {
        while (next < seq) {
            gap.add(leaf(next));
            next++;
            notesAt(next);
        }
        closeGap();
    }

    private void notesAt(long size) {
        if (!notes.isEmpty() && notes.getFirst().size() == size) {
            closeGap();
            pieces.add(notes.removeFirst());
        }
    }

    private void closeGap() {
        if (!gap.isEmpty()) {
            pieces.add(new LogPiece.Removed(next - gap.size(), gap));
            gap.clear();
        }
    }

    private TreeHash leaf(long seq) {
        Tile known = tile;
        if (known == null || known.n() != seq / Tile.WIDTH) {
            known = TrailStore.tile(handle, 0, seq / Tile.WIDTH);
            tile = known;
        }
        return known.hash((int) (seq % Tile.WIDTH));
    }

    private List<LogPiece.Present> entries(long end) {
        return handle.createQuery(
                        "SELECT seq, id, body FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq")
                .bind(0, next)
                .bind(1, end)
                .map((row, _) -> {
                    ByteBuffer id = ByteBuffer.wrap(row.getBytes(2));
                    return new LogPiece.Present(
                            new UUID(id.getLong(), id.getLong()),
                            new StoredEntry(row.getLong(1), row.getBytes(3)));
                })
                .list();
    }

    private Deque<LogPiece.Noted> notes(long from, long to) {
        List<LogPiece.Noted> found =
                handle.createQuery(
                                "SELECT size, note FROM checkpoint WHERE size >= ? AND size <= ?"
                                        + " ORDER BY size")
                        .bind(0, from)
                        .bind(1, to)
                        .map((row, _) -> noted(row.getLong(1), row.getString(2)))
                        .list();
        return new ArrayDeque<>(found);
    }

    private LogPiece.Noted noted(long size, String note) {
        try {
            return new LogPiece.Noted(
                    size,
                    SignedNote.parse(note),
                    MerkleTree.subtrees(
                            size, Tile.nodes((level, n) -> TrailStore.tile(handle, level, n))));
        } catch (BadNote e) {
            throw new DamagedTrail("checkpoint: " + e.getMessage());
        }
    }
}
