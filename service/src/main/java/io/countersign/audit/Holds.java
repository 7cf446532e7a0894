// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table of legal holds, and the condition that every removal obeys. */
final class Holds {
    /**
     * True for a row {@code e} of {@code entry} that a hold covers. A hold of one principal covers
     * all verdicts of its time, because a verdict does not say whose it is.
     */
    static final String COVERED =
            "EXISTS (SELECT 1 FROM hold h WHERE e.time >= h.since AND e.time < h.until"
                    + " AND (h.principal = '' OR e.kind = 'verdict' OR h.principal ="
                    + " json_extract(CAST(e.body AS TEXT), '$.principal')))";

    private Holds() {}

    static void put(Handle handle, Hold hold, long act) {
        handle.execute(
                "INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?)",
                hold.name(),
                hold.principal(),
                hold.since().toEpochMilli(),
                hold.until().toEpochMilli(),
                act);
    }

    /** True if there was one. */
    static boolean release(Handle handle, String name) {
        return handle.execute("DELETE FROM hold WHERE name = ?", name) > 0;
    }

    static List<Hold> all(Handle handle) {
        return handle.createQuery("SELECT name, principal, since, until FROM hold ORDER BY name")
                .map((row, _) ->
                        new Hold(
                                row.getString(1),
                                row.getString(2),
                                Instant.ofEpochMilli(row.getLong(3)),
                                Instant.ofEpochMilli(row.getLong(4))))
                .list();
    }
}
