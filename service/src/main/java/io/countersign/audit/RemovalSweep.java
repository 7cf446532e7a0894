// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;

/**
 * Deletes the bodies that acts have allowed to go, a chunk at a time between batches of new
 * entries. The act is on disk before the first body goes; a crash in between is made up for at the
 * next start.
 */
final class RemovalSweep {
    private static final int CHUNK = 1000;
    private static final int FREE_PAGES = 2000;
    private static final String REMOVABLE =
            "SELECT e.seq FROM removal r JOIN entry e ON e.seq BETWEEN r.first AND r.last"
                    + " WHERE r.done = 0 AND e.kind IN ('decision', 'verdict') AND NOT "
                    + Holds.COVERED
                    + " LIMIT "
                    + CHUNK;

    private final SqliteTrail trail;

    RemovalSweep(SqliteTrail trail) {
        this.trail = trail;
    }

    /** Completes with the number of bodies deleted, when nothing of them is in the files. */
    CompletableFuture<Long> run() {
        return sweep(0).thenCompose(
                        count -> trail.alone(RemovalSweep::forget).thenApply(_ -> count));
    }

    /** As {@link #run}, if a crash left something to do. */
    CompletableFuture<Long> resume() {
        return trail.alone(RemovalSweep::isUnfinished)
                .thenCompose(
                        unfinished -> unfinished ? run() : CompletableFuture.completedFuture(0L));
    }

    private static boolean isUnfinished(TrailStore store) {
        return store.handle()
                        .createQuery("SELECT count(*) FROM removal WHERE done = 0")
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private CompletableFuture<Long> sweep(long before) {
        return trail.onWriter(RemovalSweep::chunk)
                .thenCompose(deleted ->
                        deleted == 0
                                ? CompletableFuture.completedFuture(before)
                                : sweep(before + deleted));
    }

    private static int chunk(TrailStore store) {
        Handle handle = store.handle();
        int deleted = handle.execute("DELETE FROM entry WHERE seq IN (" + REMOVABLE + ")");
        if (deleted == 0) {
            handle.execute("UPDATE removal SET done = 1 WHERE done = 0");
        }
        store.shrink(FREE_PAGES);
        return deleted;
    }

    /** Old pages also stand in the write-ahead log until it is emptied. */
    private static boolean forget(TrailStore store) {
        return store.handle()
                .createQuery("PRAGMA wal_checkpoint(TRUNCATE)")
                .map((row, _) -> row.getInt(1) == 0)
                .one();
    }
}
