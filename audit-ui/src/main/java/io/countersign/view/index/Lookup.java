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
}
