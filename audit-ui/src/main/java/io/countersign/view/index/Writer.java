// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.crypto.Ed25519;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Puts entries into the database and into the head, and closes blocks that are full. A batch is in
 * the head only after it is in the database, so whatever fails or dies in between, the database
 * alone says what the index holds. One thread at a time.
 */
final class Writer {
    private final Handles handles;
    private final Chains chains = new Chains(Ed25519.best());
    private final Firsts firsts = new Firsts();
    private volatile Snapshot snapshot;
    private long arrivals;

    Writer(Handles handles) {
        this.handles = handles;
        this.snapshot = load();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Arrivals so far; the next entry gets this one. */
    synchronized long arrivals() {
        return arrivals;
    }

    /** Takes pieces, and where to go on in their source. */
    synchronized int ingest(String source, long position, List<Piece> pieces) {
        int taken = 0;
        int at = 0;
        do {
            int end = end(pieces, at, Block.SIZE - snapshot.head().rows());
            List<Piece> some = pieces.subList(at, end);
            boolean last = end == pieces.size();
            taken += some(some, source, last ? position : -1);
            at = end;
        } while (at < pieces.size());
        return taken;
    }

    private static int end(List<Piece> pieces, int from, int room) {
        int left = room;
        int end = from;
        while (end < pieces.size() && left > 0) {
            if (pieces.get(end++) instanceof Piece.Entry) {
                left--;
            }
        }
        return end;
    }

    private int some(List<Piece> pieces, String source, long position) {
        Head head = snapshot.head();
        long first = arrivals;
        List<Head.Taken> taken =
                attempt(() ->
                        handles.transaction(h -> {
                            List<Head.Taken> rows =
                                    new Ingest(h, head, chains, firsts).take(pieces, first);
                            if (position >= 0) {
                                position(h, source, position);
                            }
                            return rows;
                        }));
        head.add(taken);
        arrivals += taken.size();
        if (Block.slot(arrivals) == 0 && !taken.isEmpty()) {
            seal();
        }
        return taken.size();
    }

    private <T> T attempt(Supplier<T> work) {
        boolean done = false;
        try {
            T result = work.get();
            done = true;
            return result;
        } finally {
            if (!done) {
                chains.reset();
                firsts.clear();
            }
        }
    }

    private static void position(Handle handle, String source, long position) {
        handle.createUpdate(
                        "INSERT INTO position (source, at) VALUES (?, ?)"
                                + " ON CONFLICT (source) DO UPDATE SET at = excluded.at")
                .bind(0, source)
                .bind(1, position)
                .execute();
    }

    private void seal() {
        Head full = snapshot.head();
        Block block = handles.transaction(h -> seal(h, full));
        List<Block> blocks = new ArrayList<>(snapshot.blocks());
        blocks.add(block);
        snapshot = new Snapshot(blocks, new Head(full.id() + 1), snapshot.floor());
    }

    private static Block seal(Handle handle, Head head) {
        try (BlockWriter writer = new BlockWriter(handle)) {
            return head.seal(writer);
        }
    }

    /** Reads the state anew: what is in the database is what there is. */
    private Snapshot load() {
        return handles.transaction(h -> {
            List<Block> blocks = Rows.blocks(h);
            long floor =
                    h.createQuery("SELECT value FROM meta WHERE name = 'floor'")
                            .mapTo(Long.class)
                            .findOne()
                            .orElse(0L);
            int id = Math.max(Block.of(floor), blocks.isEmpty() ? 0 : blocks.getLast().id() + 1);
            Head head = new Head(id);
            arrivals = Math.max(floor, Block.arrival(id, 0));
            while (true) {
                List<Head.Taken> rows = rows(h, arrivals, Block.arrival(head.id() + 1, 0));
                head.add(rows);
                arrivals = rows.isEmpty() ? arrivals : rows.getLast().arrival() + 1;
                if (!head.isFull()) {
                    return new Snapshot(blocks, head, floor);
                }
                blocks.add(seal(h, head)); // it ended between the last row and the block
                head = new Head(head.id() + 1);
            }
        });
    }

    /** Rows with arrivals from one to before another. */
    static List<Head.Taken> rows(Handle handle, long from, long to) {
        return handle.createQuery(
                        Reader.ROW + "WHERE arrival >= ? AND arrival < ? ORDER BY arrival")
                .bind(0, from)
                .bind(1, to)
                .map((row, _) ->
                        new Head.Taken(
                                row.getLong(1),
                                entry(row.getLong(1), row.getBytes(4)),
                                new String(row.getBytes(2), StandardCharsets.UTF_8),
                                row.getInt(3) != 0))
                .list();
    }

    static AuditEntry entry(long arrival, byte[] body) {
        try {
            return AuditEntry.decode(body);
        } catch (BadEntry e) {
            throw new IndexUnusable("index: damaged at " + arrival + ": " + e.getMessage(), e);
        }
    }
}
