// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;

/** The condition of a search in SQL, with what is bound to its question marks. Used once. */
final class Statement {
    private static final int TIE_BITS = 21;
    private static final long LAST_MILLIS = (1L << 42) - 1;

    private final StringBuilder where = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Statement(Search search) {
        add("k >= ?", key(search.range().from().toEpochMilli()));
        add("k < ?", key(search.range().to().toEpochMilli()));
        if (!search.accounts().isEmpty()) {
            add(
                    "account IN (" + marks(search.accounts().size()) + ")",
                    search.accounts().toArray());
        }
        search.query().terms().forEach(this::term);
    }

    /** The first key of a millisecond; all after the year 2109 share the last one. */
    static long key(long millis) {
        return Math.min(millis, LAST_MILLIS) << TIE_BITS;
    }

    Statement add(String condition, Object... bound) {
        where.append(where.isEmpty() ? " WHERE " : " AND ").append(condition);
        values.addAll(List.of(bound));
        return this;
    }

    String where() {
        return where.toString();
    }

    <T extends SqlStatement<T>> T bind(T statement) {
        for (int i = 0; i < values.size(); i++) {
            statement.bind(i, values.get(i));
        }
        return statement;
    }

    private void term(Query.Term term) {
        String not = term.negated() ? "NOT " : "";
        switch (term) {
            case Query.Word(var word, var _) ->
                    add(not + "k IN (SELECT rowid FROM txt WHERE txt MATCH ?)", match(word));
            case Query.Has(var field, var list, var _) -> {
                List<Object> bound = new ArrayList<>();
                String either =
                        list.stream()
                                .map(value -> condition(field, value, bound))
                                .collect(Collectors.joining(" OR ", "(", ")"));
                add(not + either, bound.toArray());
            }
        }
    }

    private static String condition(Field field, String value, List<Object> bound) {
        if (field == Field.ADDR) {
            String[] range = AddressKey.range(value);
            if (range[0].equals(range[1])) {
                bound.add(range[0]);
                return "addr = ?";
            }
            bound.addAll(List.of(range));
            return "addr BETWEEN ? AND ?";
        }
        if (value.endsWith("*")) {
            String start = value.substring(0, value.length() - 1);
            bound.add(start);
            bound.add(start + Character.toString(Character.MAX_CODE_POINT));
            return field.column() + " BETWEEN ? AND ?";
        }
        bound.add(value);
        return field.column() + " = ?";
    }

    /** As one quoted phrase: nothing that was typed reaches the language of FTS5. */
    private static String match(String word) {
        boolean prefix = word.endsWith("*");
        String plain = (prefix ? word.substring(0, word.length() - 1) : word).replace("\0", " ");
        return '"'
                + plain.replace("\"", "\"\"").toLowerCase(Locale.ROOT)
                + '"'
                + (prefix ? "*" : "");
    }

    private static String marks(int count) {
        return String.join(",", java.util.Collections.nCopies(count, "?"));
    }
}
