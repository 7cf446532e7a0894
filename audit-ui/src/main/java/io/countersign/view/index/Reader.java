// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was written: parts of many blocks with one statement each, so that a database across a
 * network is asked a few times and not hundreds of times.
 */
final class Reader {
    static final String ROW = "SELECT arrival, scope, first, body FROM entry ";

    /** The piece of each block in which a token would stand. */
    private static final String PIECE =
            "SELECT b.id, (SELECT p.data FROM post p WHERE p.block = b.id AND p.token <= ?"
                    + " ORDER BY p.token DESC LIMIT 1) FROM block b WHERE AMONG(b.id)";

    private static final String RANGE =
            "SELECT p.block, p.data FROM post p WHERE AMONG(p.block)"
                    + " AND p.token > ? AND p.token <= ?";
    private static final String MARKS =
            "SELECT block, slot FROM mark WHERE AMONG(block) AND token >= ? AND token <= ?";
    private static final String TIMES = "SELECT id, times FROM block WHERE AMONG(id)";
    private static final String COLUMN =
            "SELECT block, dictionary, slots FROM col WHERE name = ? AND AMONG(block)";
    private static final String DICTIONARY =
            "SELECT block, dictionary FROM col WHERE name = ? AND AMONG(block)";
    private static final String NUMBERS =
            "SELECT block, slots FROM col WHERE name = ? AND AMONG(block)"
                    + " AND most >= ? AND least <= ?";
    private static final String ROWS = ROW + "WHERE AMONG(arrival)";

    /** All that searches ask, for a test of how the databases do it. */
    static final List<String> STATEMENTS =
            List.of(PIECE, RANGE, MARKS, TIMES, COLUMN, DICTIONARY, NUMBERS, ROWS);

    private static final Pattern AMONG = Pattern.compile("AMONG\\(([a-z.]+)\\)");

    private final Handle handle;
    private final Dialect dialect;

    Reader(Handle handle, Dialect dialect) {
        this.handle = handle;
        this.dialect = dialect;
    }

    Handle handle() {
        return handle;
    }

    private String sql(String statement) {
        return sql(dialect, statement);
    }

    static String sql(Dialect dialect, String statement) {
        return AMONG.matcher(statement)
                .replaceAll(m -> Matcher.quoteReplacement(dialect.among(m.group(1))));
    }

    static String joined(Collection<? extends Number> numbers) {
        return numbers.stream().map(Number::toString).collect(Collectors.joining(","));
    }

    /** Where tokens of a span occur in these blocks. */
    Map<Integer, Bits> find(Token.Span span, Collection<Integer> blocks) {
        Map<Integer, Bits> found = new HashMap<>();
        pieces(
                span,
                blocks,
                (block, token, bytes, from, length) ->
                        Slots.decode(
                                bytes,
                                from,
                                length,
                                found.computeIfAbsent(block, _ -> new Bits())));
        return found;
    }

    /** Takes postings of tokens. */
    interface Postings {
        void posting(int block, String token, byte[] bytes, int from, int length);
    }

    void pieces(Token.Span span, Collection<Integer> blocks, Postings postings) {
        String ids = joined(blocks);
        handle.createQuery(sql(PIECE))
                .bind(0, Token.bytes(span.first()))
                .bind(1, ids)
                .map((row, _) -> {
                    visit(row.getInt(1), row.getBytes(2), span, postings);
                    return true;
                })
                .list();
        if (!span.isOne()) {
            handle.createQuery(sql(RANGE))
                    .bind(0, ids)
                    .bind(1, Token.bytes(span.first()))
                    .bind(2, Token.bytes(span.last()))
                    .map((row, _) -> {
                        visit(row.getInt(1), row.getBytes(2), span, postings);
                        return true;
                    })
                    .list();
        }
    }

    private static void visit(
            int block, byte @Nullable [] chunk, Token.Span span, Postings postings) {
        if (chunk != null) {
            Chunks.read(
                    chunk,
                    span::contains,
                    span.last(),
                    (token, bytes, from, length) ->
                            postings.posting(block, token, bytes, from, length));
        }
    }

    /** What verdicts said of entries whose blocks were full by then. */
    void marks(Token.Span span, Collection<Integer> blocks, Map<Integer, Bits> into) {
        handle.createQuery(sql(MARKS))
                .bind(0, joined(blocks))
                .bind(1, Token.bytes(span.first()))
                .bind(2, Token.bytes(span.last()))
                .map((row, _) -> {
                    into.computeIfAbsent(row.getInt(1), _ -> new Bits()).set(row.getInt(2));
                    return true;
                })
                .list();
    }

    Map<Integer, byte[]> times(Collection<Integer> blocks) {
        Map<Integer, byte[]> found = new HashMap<>();
        handle.createQuery(sql(TIMES))
                .bind(0, joined(blocks))
                .map((row, _) -> found.put(row.getInt(1), row.getBytes(2)) == null)
                .list();
        return found;
    }

    /** One column of these blocks. */
    Map<Integer, Column.Values> column(Field field, Collection<Integer> blocks) {
        Map<Integer, Column.Values> found = new HashMap<>();
        handle.createQuery(sql(COLUMN))
                .bind(0, Character.toString(field.code()))
                .bind(1, joined(blocks))
                .map((row, _) ->
                        found.put(row.getInt(1), Column.read(row.getBytes(2), row.getBytes(3)))
                                == null)
                .list();
        return found;
    }

    /** Only how often each value of a column occurs in these blocks. */
    Map<Integer, Column.Dictionary> dictionaries(Field field, Collection<Integer> blocks) {
        Map<Integer, Column.Dictionary> found = new HashMap<>();
        handle.createQuery(sql(DICTIONARY))
                .bind(0, Character.toString(field.code()))
                .bind(1, joined(blocks))
                .map((row, _) ->
                        found.put(row.getInt(1), Column.Dictionary.read(row.getBytes(2))) == null)
                .list();
        return found;
    }

    /** Slots of these blocks whose number lies between two. */
    Map<Integer, Bits> between(String name, long least, long most, Collection<Integer> blocks) {
        Map<Integer, Bits> found = new HashMap<>();
        handle.createQuery(sql(NUMBERS))
                .bind(0, name)
                .bind(1, joined(blocks))
                .bind(2, least)
                .bind(3, most)
                .map((row, _) ->
                        found.put(row.getInt(1), Numbers.between(row.getBytes(2), least, most))
                                == null)
                .list();
        return found;
    }

    List<Stored> rows(Collection<Long> arrivals) {
        return handle.createQuery(sql(ROWS))
                .bind(0, joined(arrivals))
                .map((row, _) -> Stored.of(row))
                .list();
    }

    /** A row of the table of entries. */
    record Stored(long arrival, String scope, boolean isFirst, byte[] body) {
        /** From the columns of {@link #ROW}. */
        static Stored of(ResultSet row) throws SQLException {
            return new Stored(
                    row.getLong(1),
                    new String(row.getBytes(2), StandardCharsets.UTF_8),
                    row.getInt(3) != 0,
                    row.getBytes(4));
        }
    }

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
