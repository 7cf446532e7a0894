// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.view.index.Row;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest rows of Live, read and written as HTML once for everybody who watches: fifty people
 * must not cost fifty times as much as one. Which rows somebody may see was asked before; here is
 * only what they look like. Thread-safe; who asks at the same moment waits for the first.
 */
final class LiveRows {
    /** Some seconds of a flood, for those who are a little behind. */
    private static final int KEPT = 4_096;

    private final Finder finder;
    private final LivePages pages;

    @GuardedBy("this")
    private final Map<Key, Made> made =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Made> eldest) {
                    return size() > KEPT;
                }
            };

    private record Key(long arrival, ZoneId zone) {}

    /**
     * A row.
     *
     * @param id of its entry
     * @param html in one line
     */
    record Made(String id, String html) {}

    LiveRows(Finder finder, LivePages pages) {
        this.finder = finder;
        this.pages = pages;
    }

    /** In that order; without those that retention took meanwhile. */
    synchronized List<Made> of(Ask ask, List<Long> arrivals) {
        List<Long> missing = new ArrayList<>(arrivals);
        for (long arrival : arrivals) {
            if (made.containsKey(key(ask, arrival))) {
                missing.remove(Long.valueOf(arrival));
            }
        }
        for (Row row : finder.rows(missing)) {
            made.put(
                    key(ask, row.arrival()),
                    new Made(row.entry().id().toString(), oneLine(pages.row(ask, row))));
        }
        List<Made> rows = new ArrayList<>();
        for (long arrival : arrivals) {
            Made row = made.get(key(ask, arrival));
            if (row != null) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static Key key(Ask ask, long arrival) {
        return new Key(arrival, ask.zone());
    }

    private static String oneLine(String html) {
        return html.replaceAll("[\\r\\n]+", " ");
    }
}
