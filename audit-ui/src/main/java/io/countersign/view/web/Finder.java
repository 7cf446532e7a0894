// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Behind;
import io.countersign.view.index.Counted;
import io.countersign.view.index.Cursor;
import io.countersign.view.index.Field;
import io.countersign.view.index.Page;
import io.countersign.view.index.Proof;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Scope;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import io.countersign.view.index.TrailState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * All that pages ask the index. Every question is made from the request, so that the accounts of
 * whoever asks are in it. Thread-safe.
 */
final class Finder {
    /** So many columns has a chart. */
    static final int BUCKETS = 96;

    private static final long LOOK_NANOS = 200_000_000;
    private static final Duration LONG = Duration.ofDays(4000);

    private final AuditIndex index;
    private final Clock clock;

    @GuardedBy("this")
    private long recent;

    @GuardedBy("this")
    private long lookedAt = System.nanoTime() - 2 * LOOK_NANOS;

    Finder(AuditIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    Search search(Ask ask, Query query, TimeRange range) {
        return new Search(query, range, Scope.of(ask.accounts()));
    }

    /** Everything with one value. */
    Search having(Ask ask, Field field, String value, TimeRange range) {
        return search(ask, Query.of(field, value), range);
    }

    Page page(Search search, Cursor cursor, int limit) {
        return index.page(search, cursor, limit);
    }

    List<Row> newest(Search search, int limit) {
        return page(search, Cursor.NEWEST, limit).rows();
    }

    /** When the first of them was made, in the range or before it. */
    Optional<Instant> first(Search search) {
        Search ever = search.in(new TimeRange(Instant.EPOCH, search.range().to()));
        return page(ever, Cursor.OLDEST, 1).rows().stream()
                .findFirst()
                .map(row -> row.entry().time());
    }

    /** What somebody who follows a search has not seen yet; see {@link AuditIndex#behind}. */
    Behind behind(Search search, long after, int most, int limit) {
        return index.behind(search, after, most, limit);
    }

    /** Values of a field that begin so, the most frequent of the newest matches first. */
    List<Counted.Value> suggest(Search search, Field field, String start, int most) {
        return index.suggest(search, field, start, most);
    }

    /** Whoever may see them: only for arrivals that a search of the viewer gave. */
    List<Row> rows(List<Long> arrivals) {
        return index.rows(arrivals);
    }

    /** −1 in an empty index. */
    long lastArrival() {
        return index.lastArrival();
    }

    /** As {@link #lastArrival} was a moment ago: all who wait share one look. */
    synchronized long recentArrival() {
        long now = System.nanoTime();
        if (now - lookedAt > LOOK_NANOS) {
            recent = index.lastArrival();
            lookedAt = System.nanoTime();
        }
        return recent;
    }

    /**
     * The id of the entry that arrived last, for whoever sees all accounts; else empty, as in an
     * empty index: whoever holds an id may ask why.
     */
    String newestId(Ask ask) {
        return arrivals(ask).stream().findFirst().map(Row::id).orElse("");
    }

    private List<Row> arrivals(Ask ask) {
        return ask.viewer().seesAll()
                ? index.arrivals(
                        new Search(Query.ALL, TimeRange.ALL, Scope.ALL), index.lastArrival() - 1, 1)
                : List.of();
    }

    /** The same for a page: if nothing better is known, the one of its rows that arrived last. */
    static String last(String newest, List<Row> rows) {
        return newest.isEmpty()
                ? rows.stream().max(Comparator.comparingLong(Row::arrival)).map(Row::id).orElse("")
                : newest;
    }

    /** When an entry arrived here, whoever may see it; empty if it did not yet. */
    OptionalLong arrivalOf(String id) {
        return index.arrival(id);
    }

    /** True if an entry is older than all that are here: then it will not come any more. */
    boolean isBeforeAll(String id) {
        Optional<Instant> first = first(new Search(Query.ALL, TimeRange.ALL, Scope.ALL));
        return Links.time(id).flatMap(time -> first.map(time::isBefore)).orElse(false);
    }

    Optional<Row> entry(Ask ask, String id) {
        return index.entry(id, Scope.of(ask.accounts()));
    }

    /** Whoever it belongs to: only for what anybody may know who holds the id. */
    Optional<Row> entryOfAnybody(String id) {
        return index.entry(id, Scope.ALL);
    }

    /** That an entry stands in its log; empty while no checkpoint covers it. */
    Optional<Proof> proof(Row row) {
        return index.proof(row);
    }

    /** What refers to an entry: verdicts and acts. */
    List<Row> about(Ask ask, UUID id) {
        return index.about(id.toString(), Scope.of(ask.accounts()));
    }

    /** The same, whoever may see it. */
    List<Row> aboutForAnybody(UUID id) {
        return index.about(id.toString(), Scope.ALL);
    }

    /** The most frequent values of fields. */
    Counted<Counted.Facets> top(Search search, List<Field> fields, int limit) {
        return index.facets(search, fields, limit);
    }

    /** The most frequent values of a field. */
    List<Counted.Value> top(Search search, Field field, int limit) {
        return top(search, List.of(field), limit).what().of(field);
    }

    long count(Search search) {
        return index.count(search).total();
    }

    /** Counts per stretch of the range. */
    Chart chart(Search search) {
        Search bounded = search.in(bounded(search.range()));
        Counted<Counted.Histogram> counted = index.histogram(bounded, BUCKETS);
        return Chart.of(counted.what(), counted.isComplete());
    }

    /** How often each value of a field occurs per stretch of the range. */
    Counted.Histogram over(Search search, Field field, int buckets) {
        return index.histogram(search.in(bounded(search.range())), field, buckets).what();
    }

    /** A range that begins with the first entry and ends now, if it would be wider. */
    TimeRange bounded(TimeRange range) {
        if (range.length().compareTo(LONG) < 0) {
            return range;
        }
        Instant to = clock.instant().plusSeconds(60);
        Instant from =
                first(new Search(Query.ALL, new TimeRange(Instant.EPOCH, to), Scope.ALL))
                        .orElse(to.minus(Duration.ofDays(1)));
        return new TimeRange(from, to);
    }

    /** How far each trail was read and verified. */
    List<TrailState> trails() {
        return index.trails();
    }
}
