// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Terms that name single entries; the table of entries answers them, once for a whole search. */
final class Places {
    /** More than so many are not looked up. */
    private static final int MOST = 200_000;

    private final Reader reader;
    private final Map<Object, Map<Integer, Bits>> known = new HashMap<>();

    Places(Reader reader) {
        this.reader = reader;
    }

    Map<Integer, Bits> of(Field field, List<String> values) {
        return known.computeIfAbsent(
                List.of(field, values),
                _ -> {
                    Map<Integer, Bits> found = new HashMap<>();
                    values.forEach(value -> add(found, one(field, value)));
                    return found;
                });
    }

    private Query one(Field field, String value) {
        if (field == Field.ID) {
            return query("id = ?").bind(0, Reader.bytes(UUID.fromString(value)));
        }
        int slash = value.indexOf('/');
        return query("log = ? AND seq = ?")
                .bind(0, value.substring(0, slash))
                .bind(1, Long.parseLong(value.substring(slash + 1)));
    }

    Map<Integer, Bits> between(long least, long most) {
        return known.computeIfAbsent(
                List.of(least, most),
                _ -> {
                    Map<Integer, Bits> found = new HashMap<>();
                    for (String log : logs()) {
                        add(
                                found,
                                query("log = ? AND seq >= ? AND seq <= ?")
                                        .bind(0, log)
                                        .bind(1, least)
                                        .bind(2, most));
                    }
                    return found;
                });
    }

    /** Entries that no checkpoint covers yet. */
    Map<Integer, Bits> unproven() {
        return known.computeIfAbsent(
                "unproven",
                _ -> {
                    Map<Integer, Bits> found = new HashMap<>();
                    for (String log : logs()) {
                        long covered =
                                reader.handle()
                                        .createQuery("SELECT covered FROM trail WHERE log = ?")
                                        .bind(0, log)
                                        .mapTo(Long.class)
                                        .one();
                        add(found, query("log = ? AND seq >= ?").bind(0, log).bind(1, covered));
                    }
                    return found;
                });
    }

    private List<String> logs() {
        return reader.handle().createQuery("SELECT log FROM trail").mapTo(String.class).list();
    }

    private Query query(String condition) {
        return reader.handle()
                .createQuery(
                        "SELECT arrival FROM entry WHERE "
                                + condition
                                + " ORDER BY arrival DESC LIMIT "
                                + MOST);
    }

    private static void add(Map<Integer, Bits> found, Query query) {
        for (long arrival : query.mapTo(Long.class).list()) {
            found.computeIfAbsent(Block.of(arrival), _ -> new Bits()).set(Block.slot(arrival));
        }
    }
}
