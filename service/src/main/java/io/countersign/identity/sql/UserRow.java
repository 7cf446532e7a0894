// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a query tells about a user. Several rows, as a join with groups gives them, are put
 * together; they must be of one user.
 *
 * @param name empty: as the client wrote it
 * @param hash of the password; empty: has none
 */
record UserRow(
        String name,
        String hash,
        List<String> groups,
        boolean disabled,
        Optional<Instant> expires,
        Map<String, List<String>> attributes) {
    private static final String NAME = "name";
    private static final String HASH = "password_hash";
    private static final String GROUPS = "groups";
    private static final String DISABLED = "disabled";
    private static final String EXPIRES = "expires";

    static UserRow read(ResultSet row) throws SQLException {
        String name = "";
        String hash = "";
        List<String> groups = List.of();
        boolean disabled = false;
        Optional<Instant> expires = Optional.empty();
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        ResultSetMetaData columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String column = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
            Object value = row.getObject(i);
            if (value == null) {
                continue;
            }
            switch (column) {
                case NAME -> name = value.toString();
                case HASH -> hash = value.toString();
                case GROUPS -> groups = words(value);
                case DISABLED -> disabled = flag(value);
                case EXPIRES -> expires = Optional.of(instant(value, row, i));
                default -> attributes.put(column, texts(value));
            }
        }
        return new UserRow(name, hash, groups, disabled, expires, attributes);
    }

    private static List<String> texts(Object value) throws SQLException {
        if (value instanceof java.sql.Array array) {
            List<String> all = new ArrayList<>();
            for (@Nullable Object each : (Object[]) array.getArray()) {
                if (each != null) {
                    all.add(each.toString());
                }
            }
            return all;
        }
        return List.of(value.toString());
    }

    private static List<String> words(Object value) throws SQLException {
        return value instanceof String text
                ? List.of(text.split("[\\s,]+", -1)).stream().filter(it -> !it.isEmpty()).toList()
                : texts(value);
    }

    private static boolean flag(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Number number -> number.longValue() != 0;
            // Whatever else there is, it is not a clear no.
            default -> !List.of("f", "false", "0", "no").contains(value.toString());
        };
    }

    /** A time, seconds since 1970, or RFC 3339. */
    private static Instant instant(Object value, ResultSet row, int column) throws SQLException {
        if (value instanceof Number seconds) {
            return Instant.ofEpochSecond(seconds.longValue());
        }
        if (value instanceof java.sql.Timestamp) {
            return row.getObject(column, OffsetDateTime.class).toInstant();
        }
        try {
            return OffsetDateTime.parse(value.toString()).toInstant();
        } catch (DateTimeParseException e) {
            throw new SQLException(
                    "column expires: not a time (expected: timestamptz, seconds, or text like"
                            + " 2026-12-31T00:00:00Z)",
                    e);
        }
    }

    /** Empty if there are no rows. */
    static Optional<UserRow> joined(List<UserRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        UserRow first = rows.getFirst();
        List<String> groups = new ArrayList<>();
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        for (UserRow row : rows) {
            if (!row.name.equals(first.name) || !row.hash.equals(first.hash)) {
                throw new SQLException("the query finds several users (expected: one)");
            }
            row.groups.stream().filter(it -> !groups.contains(it)).forEach(groups::add);
            row.attributes.forEach((key, values) -> {
                List<String> all = attributes.computeIfAbsent(key, _ -> new ArrayList<>());
                values.stream().filter(it -> !all.contains(it)).forEach(all::add);
            });
        }
        boolean disabled = rows.stream().anyMatch(UserRow::disabled);
        Optional<Instant> end =
                rows.stream().flatMap(it -> it.expires().stream()).min(Instant::compareTo);
        return Optional.of(new UserRow(first.name, first.hash, groups, disabled, end, attributes));
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "UserRow[" + name + "]";
    }
}
