// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Entries that can be searched. Feeding it the same entry again changes nothing, and how far a
 * source was read is kept in the same transaction as what was read: after any crash, going on from
 * {@link #position} leaves no gap and no double. Every question takes a {@link Scope}, and what it
 * does not allow is not there. Every search ends after two seconds with what it has. Thread-safe;
 * one process writes.
 */
public final class AuditIndex implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration SUGGEST = Duration.ofMillis(300);
    private static final int FACET_VALUES = 8;

    private final Dialect dialect;
    private final Handles handles;
    private final OnlyWriter only;
    private final Writer writer;
    private final Witnesses witnesses;
    private final Duration limit;

    private AuditIndex(Dialect dialect, Witnesses witnesses, Duration limit) {
        this.dialect = dialect;
        this.witnesses = witnesses;
        this.limit = limit;
        this.handles = new Handles(dialect);
        this.handles.run(h -> h.useTransaction(t -> Schema.migrate(t, dialect)));
        this.only = new OnlyWriter(dialect);
        this.writer = new Writer(handles, only, witnesses);
    }

    /**
     * Opens a SQLite file, or makes it; only its owner can read it.
     *
     * @throws IndexUnusable if that is not possible
     */
    public static AuditIndex open(Path file) {
        return open(file.toString());
    }

    /** Opens what a JDBC URL of PostgreSQL or SQLite, or a file's name, points to. */
    public static AuditIndex open(String address) {
        return open(address, Witnesses.NONE);
    }

    /**
     * The same.
     *
     * @param witnesses whose signatures are verified in proofs
     */
    public static AuditIndex open(String address, Witnesses witnesses) {
        return new AuditIndex(Dialect.of(address), witnesses, LIMIT);
    }

    /** For tests of what happens when the time is up. */
    static AuditIndex open(String address, Duration limit) {
        return new AuditIndex(Dialect.of(address), Witnesses.NONE, limit);
    }

    /** Where to go on reading a source; 0 if nothing of it was read. */
    public long position(String source) {
        return handles.with(h ->
                h.createQuery("SELECT at FROM position WHERE source = ?")
                        .bind(0, source)
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L));
    }

    /** Takes pieces of logs, and where to go on in their source. How many entries were new. */
    public int take(String source, long position, List<Piece> pieces) {
        return writer.ingest(source, position, pieces);
    }

    /** Takes entries, and where to go on in their source. How many were new. */
    public int ingest(String source, long position, List<AuditEntry> entries) {
        List<Piece> pieces = new ArrayList<>();
        for (AuditEntry entry : entries) {
            pieces.add(new Piece.Entry(entry, entry.encoded(), entry.time().toEpochMilli()));
        }
        return take(source, position, pieces);
    }

    /** Up to {@code most} entries that match, next to the cursor. */
    public Page page(Search search, Cursor cursor, int most) {
        long start = System.nanoTime();
        Snapshot now = writer.snapshot();
        return read(reader -> {
            Pager pager = new Pager(reader, search, Deadline.in(limit));
            boolean forward = cursor instanceof Cursor.NewerThan || cursor instanceof Cursor.Oldest;
            Pager.Key from = new Lookup(reader).place(cursor);
            List<Pager.Key> keys =
                    forward ? pager.newer(now, from, most + 1) : pager.older(now, from, most + 1);
            boolean more = keys.size() > most;
            List<Pager.Key> some = more ? keys.subList(0, most) : keys;
            List<Long> arrivals =
                    (forward ? some.reversed() : some).stream().map(Pager.Key::arrival).toList();
            List<Row> rows = Rows.of(reader, arrivals);
            boolean ended = cursor instanceof Cursor.Newest || cursor instanceof Cursor.Oldest;
            return new Page(
                    rows,
                    forward ? !ended : more,
                    forward ? more : !ended,
                    pager.isComplete(),
                    since(start));
        });
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Up to {@code most} entries that match and arrived after that one, in order of arrival. */
    public List<Row> arrivals(Search search, long after, int most) {
        Snapshot now = writer.snapshot();
        return read(reader ->
                Rows.of(
                        reader,
                        new Pager(reader, search, Deadline.in(limit)).arrivals(now, after, most)));
    }

    /**
     * What somebody who follows a search has not seen yet.
     *
     * @param most beyond so many, only the last ones are given, and how many were skipped
     * @param limit so many rows at once
     */
    public Behind behind(Search search, long after, int most, int limit) {
        Snapshot now = writer.snapshot();
        return read(reader ->
                new Pager(reader, search, Deadline.in(this.limit)).behind(now, after, most, limit));
    }

    /** Rows by their arrivals, whoever asks; without those that are gone. */
    public List<Row> rows(List<Long> arrivals) {
        return read(reader -> Rows.of(reader, arrivals));
    }

    /** The last arrival; −1 in an empty index. */
    public long lastArrival() {
        return writer.arrivals() - 1;
    }

    /** When an entry arrived here, whoever asks; empty if it is not known. */
    public OptionalLong arrival(String id) {
        return find(id).map(row -> OptionalLong.of(row.arrival())).orElse(OptionalLong.empty());
    }

    /** One entry by its place, if it may be seen. */
    public Optional<Row> entry(String log, long seq, Scope scope) {
        return read(reader -> new Lookup(reader).byPlace(log, seq))
                .filter(row -> isVisible(row, scope));
    }

    /** One entry by its id, if it may be seen. */
    public Optional<Row> entry(String id, Scope scope) {
        return find(id).filter(row -> isVisible(row, scope));
    }

    private Optional<Row> find(String id) {
        return read(reader -> new Lookup(reader).byId(id));
    }

    private boolean isVisible(Row row, Scope scope) {
        return scope.allows(row.scope()) && row.arrival() >= writer.snapshot().floor();
    }

    /** What refers to an entry and may be seen: verdicts and acts, oldest first. */
    public List<Row> about(String id, Scope scope) {
        List<Row> rows =
                read(reader -> new Lookup(reader).about(id)).stream()
                        .filter(row -> isVisible(row, scope))
                        .toList();
        return Rows.oldestFirst(rows);
    }

    /** How many entries match. */
    public Counted<Long> count(Search search) {
        return counted(search, Counter::count);
    }

    /** How many matches have each value of the fields that stand beside the results. */
    public Counted<Counted.Facets> facets(Search search) {
        return facets(search, Field.FACETS, FACET_VALUES);
    }

    /**
     * How many matches have each value.
     *
     * @param fields some that are counted; see {@link Field#isCounted}
     * @param values so many of each, the most frequent first
     */
    public Counted<Counted.Facets> facets(Search search, Collection<Field> fields, int values) {
        return counted(search, counter -> new Counted.Facets(counter.facets(fields, values)));
    }

    /** Outcomes of the matches over time. */
    public Counted<Counted.Histogram> histogram(Search search, int buckets) {
        return histogram(search, Field.OUTCOME, buckets);
    }

    /** Values of the matches over time. */
    public Counted<Counted.Histogram> histogram(Search search, Field by, int buckets) {
        long from = search.range().from().toEpochMilli();
        long width = Math.max(1, (search.range().length().toMillis() + buckets - 1) / buckets);
        return counted(
                search,
                counter ->
                        new Counted.Histogram(
                                search.range().from(),
                                Duration.ofMillis(width),
                                buckets,
                                counter.histogram(by, from, width, buckets)));
    }

    private <T> Counted<T> counted(Search search, Function<Counter, T> count) {
        long start = System.nanoTime();
        Snapshot now = writer.snapshot();
        return read(reader -> {
            Counter counter = new Counter(reader, search, now, Deadline.in(limit));
            T what = count.apply(counter);
            return new Counted<>(what, counter.total(), counter.isComplete(), since(start));
        });
    }

    /** When the newest entry was made; empty in an empty index. */
    public Optional<Instant> newest() {
        return writer.snapshot().newestFirst(TimeRange.ALL).stream()
                .findFirst()
                .map(slice -> Instant.ofEpochMilli(slice.block().max()));
    }

    /** How far the trails of all instances were read and verified. */
    public List<TrailState> trails() {
        return handles.with(h -> Chains.states(h, witnesses));
    }

    /** That an entry stands in its log; empty as long as no checkpoint covers it. */
    public Optional<Proof> proof(Row row) {
        return handles.with(h -> new Proofs(h, row.entry().log(), witnesses).of(row));
    }

    /**
     * Values of a field that begin so, the most frequent first, in the newest matches of a search.
     */
    public List<Counted.Value> suggest(Search search, Field field, String start, int most) {
        Snapshot now = writer.snapshot();
        return read(reader ->
                new Suggestions(reader, search, now, Deadline.in(SUGGEST)).of(field, start, most));
    }

    /** Lets go of what the source took before a time and has not any more. */
    public void retain(Instant oldest) {
        boolean more = true;
        while (more) {
            more = writer.retain(oldest.toEpochMilli());
        }
    }

    /** Takes entries out; only the hashes of their bytes stay. */
    public void erase(String log, List<Long> places) {
        writer.erase(log, places);
    }

    /** Throws everything away: the source is another one. */
    public void clear() {
        writer.clear(dialect);
    }

    private <T> T read(Function<Reader, T> work) {
        return handles.with(h -> work.apply(new Reader(h, dialect)));
    }

    @Override
    public void close() {
        only.close();
        handles.close();
    }
}
