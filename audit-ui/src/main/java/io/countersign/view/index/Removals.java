// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.TreeHasher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Takes entries out. Their leaf hashes stay, so that proofs of their neighbours still can be made.
 * Used within one transaction.
 */
final class Removals {
    private static final int TOGETHER = 2000;

    private final Handle handle;
    private final TreeHasher hasher = new TreeHasher();

    Removals(Handle handle) {
        this.handle = handle;
    }

    private record Old(long arrival, String log, long seq, long at, byte[] body) {}

    /**
     * Takes the oldest ones, a limited number; the first arrival that stays.
     *
     * @param heard what the source took before then goes
     */
    long before(long heard, long floor) {
        List<Old> old =
                handle.createQuery(
                                "SELECT arrival, log, seq, at, body FROM entry WHERE arrival >= ?"
                                        + " ORDER BY arrival LIMIT "
                                        + TOGETHER)
                        .bind(0, floor)
                        .map((row, _) ->
                                new Old(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getLong(3),
                                        row.getLong(4),
                                        row.getBytes(5)))
                        .list();
        long next = floor;
        for (Old each : old) {
            if (each.at() >= heard) {
                break;
            }
            keepLeaf(each.log(), each.seq(), each.body());
            next = each.arrival() + 1;
        }
        if (next == floor) {
            return floor;
        }
        handle.execute("DELETE FROM entry WHERE arrival < ?", next);
        for (String table : List.of("post", "col", "mark")) {
            handle.execute("DELETE FROM " + table + " WHERE block < ?", Block.of(next));
        }
        handle.execute("DELETE FROM block WHERE id < ?", Block.of(next));
        handle.execute(
                "INSERT INTO meta VALUES ('floor', ?)"
                        + " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                Long.toString(next));
        return next;
    }

    /** Blocks in which entries of these places were. */
    Set<Integer> erase(String log, List<Long> places) {
        Set<Integer> touched = new HashSet<>();
        for (long seq : places) {
            List<Old> found = new ArrayList<>();
            found.addAll(
                    handle.createQuery("SELECT arrival, body FROM entry WHERE log = ? AND seq = ?")
                            .bind(0, log)
                            .bind(1, seq)
                            .map((row, _) -> new Old(row.getLong(1), log, seq, 0, row.getBytes(2)))
                            .list());
            for (Old each : found) {
                keepLeaf(log, seq, each.body());
                for (String token : new Facts(Writer.entry(each.arrival(), each.body())).firsts()) {
                    handle.execute("DELETE FROM seen WHERE token = ?", Token.bytes(token));
                }
                handle.execute("DELETE FROM entry WHERE arrival = ?", each.arrival());
                touched.add(Block.of(each.arrival()));
            }
        }
        return touched;
    }

    private void keepLeaf(String log, long seq, byte[] body) {
        handle.execute(
                "INSERT INTO node (log, level, n, hash) VALUES (?, 0, ?, ?)"
                        + " ON CONFLICT (log, level, n) DO NOTHING",
                log,
                seq,
                hasher.leaf(body).bytes());
    }
}
