// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Finds which of the oldest bodies a retention lets go. */
final class TrailAge {
    private final TrailReader reader;

    TrailAge(TrailReader reader) {
        this.reader = reader;
    }

    /**
     * The first place whose entry is of that time or later; entries are in order of time, nearly.
     */
    long firstSince(Instant since) throws AuditUnavailable {
        long millis = since.toEpochMilli();
        long size = reader.size();
        return reader.query(handle -> {
            long low = 0;
            long high = size;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (timeAt(handle, middle) < millis) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        });
    }

    /** The first place to keep so that the rest takes about nine tenths of the limit. */
    long firstToKeep(long limit) throws AuditUnavailable {
        return reader.query(handle -> {
            long pages = pragma(handle, "page_count") - pragma(handle, "freelist_count");
            long used = pages * pragma(handle, "page_size");
            if (used <= limit) {
                return 0L;
            }
            long rows = one(handle, "SELECT count(*) FROM entry");
            long surplus = (long) Math.ceil(rows * (1 - 0.9 * limit / used));
            return handle.createQuery("SELECT seq FROM entry ORDER BY seq LIMIT 1 OFFSET ?")
                    .bind(0, surplus)
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(0L);
        });
    }

    /** Bodies before that place that may go. */
    long removableBefore(long place) throws AuditUnavailable {
        return reader.query(handle ->
                handle.createQuery(
                                "SELECT count(*) FROM entry e WHERE e.seq < ? AND e.kind IN"
                                        + " ('decision', 'verdict') AND NOT "
                                        + Holds.COVERED)
                        .bind(0, place)
                        .mapTo(Long.class)
                        .one());
    }

    /** Time of the first entry from there on that has a body. */
    private static long timeAt(Handle handle, long seq) {
        return handle.createQuery("SELECT time FROM entry WHERE seq >= ? ORDER BY seq LIMIT 1")
                .bind(0, seq)
                .mapTo(Long.class)
                .findOne()
                .orElse(Long.MAX_VALUE);
    }

    private static long pragma(Handle handle, String name) {
        return one(handle, "PRAGMA " + name);
    }

    private static long one(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }
}
