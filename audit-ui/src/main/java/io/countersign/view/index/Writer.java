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
    private final OnlyWriter only;
    private final Witnesses witnesses;
    private final Chains chains = new Chains(Ed25519.best());
    private final Firsts firsts = new Firsts();
    private volatile Snapshot snapshot;
    private long arrivals;

    Writer(Handles handles, OnlyWriter only, Witnesses witnesses) {
        this.handles = handles;
        this.only = only;
        this.witnesses = witnesses;
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
        only.claim();
        if (snapshot.head().isFull()) {
            seal(); // the process before this one ended between the last row and this
        }
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
                                    new Ingest(h, head, chains, firsts, witnesses)
                                            .take(pieces, first);
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

    /**
     * Lets go of what the source has let go of, a part at a time.
     *
     * @param heard when the source took the oldest that it still has
     * @return whether there may be more to let go
     */
    synchronized boolean retain(long heard) {
        only.claim();
        Snapshot now = snapshot;
        long floor = handles.transaction(h -> new Removals(h).before(heard, now.floor()));
        List<Block> left = now.blocks().stream().filter(b -> b.id() >= Block.of(floor)).toList();
        snapshot = new Snapshot(left, now.head(), floor);
        return floor > now.floor();
    }

    /** Takes entries out as if they had never been searchable. */
    synchronized void erase(String log, List<Long> places) {
        only.claim();
        attempt(() ->
                handles.transaction(h -> {
                    for (int id : new Removals(h).erase(log, places)) {
                        if (id < snapshot.head().id()) {
                            writeAgain(h, id);
                        }
                    }
                    return true;
                }));
        snapshot = load();
    }

    /** Without the entries that are not there any more. */
    private static void writeAgain(Handle handle, int id) {
        Head again = new Head(id);
        again.add(rows(handle, Block.arrival(id, 0), Block.arrival(id + 1, 0)));
        for (String table : List.of("post", "col")) {
            handle.execute("DELETE FROM " + table + " WHERE block = ?", id);
        }
        handle.execute("DELETE FROM block WHERE id = ?", id);
        if (again.rows() > 0) {
            seal(handle, again);
            return;
        }
        // Its place stays taken: arrivals count on.
        try (BlockWriter writer = new BlockWriter(handle)) {
            writer.block(new Block(id, 0, 0, 0, 0), new byte[0]);
        }
    }

    /** Throws everything away. */
    synchronized void clear(Dialect dialect) {
        only.claim();
        handles.transaction(h -> {
            Schema.clear(h, dialect);
            Schema.create(h, dialect);
            return true;
        });
        chains.reset();
        firsts.clear();
        snapshot = load();
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
            List<Head.Taken> rows = rows(h, arrivals, Block.arrival(id + 1, 0));
            head.add(rows);
            arrivals = rows.isEmpty() ? arrivals : rows.getLast().arrival() + 1;
            return new Snapshot(blocks, head, floor);
        });
    }

    /** Rows with arrivals from one to before another. */
    static List<Head.Taken> rows(Handle handle, long from, long to) {
        return handle.createQuery(
                        Reader.ROW + "WHERE arrival >= ? AND arrival < ? ORDER BY arrival")
                .bind(0, from)
                .bind(1, to)
                .map((row, _) ->
                        Head.Taken.of(
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
