// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Finds entries by what names them: an id, a place in a log, what they refer to. Used once. */
final class Lookup {
    private static final int ABOUT = 100;

    private final Reader reader;

    Lookup(Reader reader) {
        this.reader = reader;
    }

    /** Empty also for what is no id. */
    Optional<Row> byId(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        return Words.isId(lower)
                ? rows("WHERE id = ? ORDER BY arrival LIMIT 1", bytes(lower)).stream().findFirst()
                : Optional.empty();
    }

    Optional<Row> byPlace(String log, long seq) {
        return rows("WHERE log = ? AND seq = ?", log, seq).stream().findFirst();
    }

    /** What refers to an entry, in the order of arrival; nothing for what is no id. */
    List<Row> about(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        return Words.isId(lower)
                ? rows("WHERE refers = ? ORDER BY arrival LIMIT " + ABOUT, bytes(lower))
                : List.of();
    }

    private List<Row> rows(String where, Object... values) {
        return reader
                .handle()
                .select(Reader.ROW + where, values)
                .map((row, _) -> Reader.Stored.of(row))
                .list()
                .stream()
                .map(Rows::row)
                .toList();
    }

    private static byte[] bytes(String id) {
        return Reader.bytes(UUID.fromString(id));
    }

    /** Where a page begins. */
    Pager.Key place(Cursor cursor) {
        return switch (cursor) {
            case Cursor.Newest _ -> Pager.Key.LAST;
            case Cursor.Oldest _ -> Pager.Key.FIRST;
            case Cursor.OlderThan(var id) -> place(id, false);
            case Cursor.NewerThan(var id) -> place(id, true);
        };
    }

    /** An entry that is not there any more still has its time in its id. */
    private Pager.Key place(String id, boolean newer) {
        String lower = id.toLowerCase(Locale.ROOT);
        if (!Words.isId(lower)) {
            return newer ? Pager.Key.FIRST : Pager.Key.LAST;
        }
        UUID uuid = UUID.fromString(lower);
        return byId(lower)
                .map(Rows::key)
                .orElseGet(() ->
                        new Pager.Key(
                                uuid.getMostSignificantBits() >>> 16, newer ? Long.MAX_VALUE : 0));
    }
}
