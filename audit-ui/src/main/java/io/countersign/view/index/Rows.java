// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Reads entries and blocks as they are. */
final class Rows {
    private Rows() {}

    /** In the order of their arrivals, without their contents. */
    static List<Block> blocks(Handle handle) {
        return new ArrayList<>(
                handle.createQuery("SELECT id, n, live, oldest, newest FROM block ORDER BY id")
                        .map((row, _) ->
                                new Block(
                                        row.getInt(1),
                                        row.getInt(2),
                                        row.getInt(3),
                                        row.getLong(4),
                                        row.getLong(5)))
                        .list());
    }

    /** In the order of the arrivals that are asked for. */
    static List<Row> of(Reader reader, Collection<Long> arrivals) {
        if (arrivals.isEmpty()) {
            return List.of();
        }
        Map<Long, Row> rows = new HashMap<>();
        reader.rows(arrivals).forEach(stored -> rows.put(stored.arrival(), row(stored)));
        List<Row> ordered = new ArrayList<>();
        for (long arrival : arrivals) {
            Row row = rows.get(arrival);
            if (row != null) { // retention may have taken it meanwhile
                ordered.add(row);
            }
        }
        return ordered;
    }

    static Row row(Reader.Stored stored) {
        return new Row(
                stored.arrival(),
                Writer.entry(stored.arrival(), stored.body()),
                stored.scope(),
                stored.isFirst(),
                stored.body());
    }

    /** The place in time of an entry. */
    static Pager.Key key(Row row) {
        return new Pager.Key(row.entry().time().toEpochMilli(), row.arrival());
    }

    static List<Row> oldestFirst(List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparing(Rows::key));
        return sorted;
    }
}
