// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;

/**
 * Entries that can be searched. Feeding it the same entry again changes nothing, and how far a
 * source was read is kept in the same transaction as what was read: after any crash, going on from
 * {@link #position} leaves no gap and no double. Thread-safe; one process writes.
 */
public final class AuditIndex {
    /** Facets and histogram look at so many entries at most, so that no search takes for ever. */
    public static final int COUNTED = 100_000;

    private static final int BUSY_MILLIS = 5_000;
    private static final int FACET_VALUES = 8;
    private static final String ROW =
            "SELECT e.k, e.arrival, d.body FROM entry e JOIN doc d ON d.k = e.k";

    private final Jdbi jdbi;

    private AuditIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Opens the file, or makes it; only its owner can read it.
     *
     * @throws IndexUnusable if that is not possible
     */
    public static AuditIndex open(Path file) {
        try {
            if (Files.notExists(file)) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException e) {
            throw new IndexUnusable("index: cannot make " + file + ": " + e, e);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(BUSY_MILLIS);
        AuditIndex index =
                new AuditIndex(Jdbi.create(() -> config.createConnection("jdbc:sqlite:" + file)));
        index.with(h -> {
            h.useTransaction(Schema::migrate);
            return true;
        });
        return index;
    }

    /** Where to go on reading a source; 0 if nothing of it was read. */
    public long position(String source) {
        return with(h ->
                h.createQuery("SELECT at FROM position WHERE source = ?")
                        .bind(0, source)
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L));
    }

    /** Takes entries, and where to go on in their source; all or nothing. */
    public int ingest(String source, long position, List<AuditEntry> entries) {
        return with(h ->
                h.inTransaction(t -> {
                    int taken = new Ingest(t).take(entries);
                    t.createUpdate(
                                    "INSERT INTO position (source, at) VALUES (?, ?)"
                                            + " ON CONFLICT (source) DO UPDATE SET at = excluded.at")
                            .bind(0, source)
                            .bind(1, position)
                            .execute();
                    return taken;
                }));
    }

    /** Up to {@code limit} entries that match, newest first, older than {@code before}. */
    public List<Row> page(Search search, long before, int limit) {
        Statement statement = new Statement(search).add("k < ?", before);
        String keys = "SELECT k FROM entry" + statement.where() + " ORDER BY k DESC LIMIT " + limit;
        return with(h ->
                statement
                        .bind(h.createQuery(ROW + " WHERE e.k IN (" + keys + ") ORDER BY e.k DESC"))
                        .map((r, c) -> row(r.getLong(1), r.getLong(2), r.getBytes(3)))
                        .list());
    }

    /** Up to {@code limit} entries that match and arrived after that one, in order of arrival. */
    public List<Row> arrivals(Search search, long after, int limit) {
        Statement statement = new Statement(search).add("arrival > ?", after);
        String keys =
                "SELECT k FROM entry" + statement.where() + " ORDER BY arrival LIMIT " + limit;
        return with(h ->
                statement
                        .bind(
                                h.createQuery(
                                        ROW + " WHERE e.k IN (" + keys + ") ORDER BY e.arrival"))
                        .map((r, c) -> row(r.getLong(1), r.getLong(2), r.getBytes(3)))
                        .list());
    }

    /** The last arrival; 0 in an empty index. */
    public long lastArrival() {
        return with(h ->
                h.createQuery("SELECT coalesce(max(arrival), 0) FROM entry")
                        .mapTo(Long.class)
                        .one());
    }

    /** One entry by its place, if it may be seen. */
    public Optional<Row> entry(String log, long seq, Set<String> accounts) {
        return one("e.log = ? AND e.seq = ?", accounts, log, seq);
    }

    /** One entry by its id, if it may be seen. */
    public Optional<Row> entry(String id, Set<String> accounts) {
        return one("e.id = ?", accounts, id);
    }

    /** What refers to a decision: verdicts and acts, oldest first. */
    public List<Row> about(String id) {
        return with(h ->
                h.createQuery(ROW + " WHERE e.refers = ? ORDER BY e.k LIMIT 20")
                        .bind(0, id)
                        .map((r, c) -> row(r.getLong(1), r.getLong(2), r.getBytes(3)))
                        .list());
    }

    private Optional<Row> one(String condition, Set<String> accounts, Object... values) {
        return with(h -> {
            var query = h.createQuery(ROW + " WHERE " + condition);
            for (int i = 0; i < values.length; i++) {
                query.bind(i, values[i]);
            }
            return query.map((r, c) -> row(r.getLong(1), r.getLong(2), r.getBytes(3)))
                    .findFirst()
                    .filter(row -> accounts.isEmpty() || accounts.contains(row.entry().account()));
        });
    }

    /** How many of the newest {@value #COUNTED} matches have each value. */
    public Map<Field, List<Count>> facets(Search search) {
        Map<Field, List<Count>> facets = new EnumMap<>(Field.class);
        Field.FACETS.forEach(field -> facets.put(field, top(search, field, FACET_VALUES)));
        return facets;
    }

    /** The most frequent values of a field among the newest {@value #COUNTED} matches. */
    public List<Count> top(Search search, Field field, int limit) {
        Statement statement = new Statement(search);
        String counted =
                "SELECT %1$s v, count(*) n FROM (SELECT %1$s FROM entry%2$s ORDER BY k DESC LIMIT %3$d) f WHERE %1$s <> '' GROUP BY %1$s ORDER BY n DESC, v LIMIT %4$d"
                        .formatted(field.column(), statement.where(), COUNTED, limit);
        return with(h ->
                statement
                        .bind(h.createQuery(counted))
                        .map((r, c) -> new Count(shown(field, r.getString(1)), r.getLong(2)))
                        .list());
    }

    private static String shown(Field field, String value) {
        return field == Field.ADDR ? AddressKey.text(value) : value;
    }

    /** How often a value occurs. */
    public record Count(String value, long count) {}

    /** Counts of one outcome in one stretch of the range. */
    public record Bar(int bucket, String outcome, long count) {}

    /** The newest {@value #COUNTED} matches in stretches of equal length. */
    public List<Bar> histogram(Search search, int buckets) {
        Statement statement = new Statement(search);
        long from = search.range().from().toEpochMilli();
        long width = Math.max(1, (search.range().length().toMillis() + buckets - 1) / buckets);
        String counted =
                "SELECT ((k >> 21) - %d) / %d b, outcome, count(*) FROM (SELECT k, outcome FROM entry%s ORDER BY k DESC LIMIT %d) f GROUP BY b, outcome ORDER BY b, outcome"
                        .formatted(from, width, statement.where(), COUNTED);
        return with(h ->
                statement
                        .bind(h.createQuery(counted))
                        .map((r, c) -> new Bar(r.getInt(1), r.getString(2), r.getLong(3)))
                        .list());
    }

    /** When the newest entry was made; empty in an empty index. */
    public Optional<Instant> newest() {
        return with(h ->
                h.createQuery("SELECT k >> 21 FROM entry ORDER BY k DESC LIMIT 1")
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli));
    }

    /** When the first match was made, in the range or before it. */
    public Optional<Instant> first(Search search) {
        Statement statement =
                new Statement(
                        new Search(
                                search.query(),
                                new TimeRange(Instant.EPOCH, search.range().to()),
                                search.accounts()));
        String sql = "SELECT k >> 21 FROM entry" + statement.where() + " ORDER BY k LIMIT 1";
        return with(h ->
                statement
                        .bind(h.createQuery(sql))
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli));
    }

    /** When the oldest entry was made; empty in an empty index. */
    public Optional<Instant> oldest() {
        return with(h ->
                h.createQuery("SELECT k >> 21 FROM entry ORDER BY k LIMIT 1")
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli));
    }

    private static Row row(long key, long arrival, byte[] body) {
        try {
            return new Row(key, arrival, AuditEntry.decode(body));
        } catch (BadEntry e) {
            throw new IndexUnusable("index: damaged at " + key + ": " + e.getMessage(), e);
        }
    }

    private <T> T with(HandleCallback<T, RuntimeException> work) {
        try (Handle handle = jdbi.open()) {
            return work.withHandle(handle);
        } catch (JdbiException e) {
            throw new IndexUnusable("index: " + e.getMessage(), e);
        }
    }

    static List<String> words(AuditEntry entry) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                entry.principal(),
                                entry.rule(),
                                entry.detail(),
                                entry.reason(),
                                entry.by()));
        entry.presented().ifPresent(p -> words.add(p.name()));
        entry.client().ifPresent(c -> words.add(c.name()));
        return words;
    }
}
