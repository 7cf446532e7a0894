// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * All that pages ask the index. Every question is made from the request, so that the accounts of
 * whoever asks are in it. Thread-safe.
 */
final class Finder {
    /** So many columns has a chart. */
    static final int BUCKETS = 96;

    private static final long LOOK_NANOS = 200_000_000;

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
        return new Search(query, range, ask.accounts());
    }

    /** Everything with one value. */
    Search having(Ask ask, Field field, String value, TimeRange range) {
        return search(ask, Query.parse(Query.ALL.with(field, value, false)), range);
    }

    /** The same with one more term. */
    Search narrowed(Search search, Field field, String value) {
        return new Search(
                Query.parse(search.query().with(field, value, false)),
                search.range(),
                search.accounts());
    }

    Search at(Search search, TimeRange range) {
        return new Search(search.query(), range, search.accounts());
    }

    /** The newest ones that are older than an entry; of all if {@code before} names none. */
    List<Row> page(Ask ask, Search search, String before, int limit) {
        long key = entry(ask, before).map(Row::key).orElse(Long.MAX_VALUE);
        return index.page(search, key, limit);
    }

    List<Row> page(Search search, long before, int limit) {
        return index.page(search, before, limit);
    }

    /** In the order in which this index got them. */
    List<Row> arrivals(Search search, long after, int limit) {
        return index.arrivals(search, after, limit);
    }

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

    /** The id of the entry that arrived last; empty in an empty index. */
    String newestId() {
        long last = index.lastArrival();
        Search everything = new Search(Query.ALL, TimeRange.ALL, Set.of());
        return index.arrivals(everything, last - 1, 1).stream()
                .findFirst()
                .map(row -> row.entry().id().toString())
                .orElse("");
    }

    /** When an entry arrived here, whoever may see it; empty if it did not yet. */
    OptionalLong arrivalOf(String id) {
        return entryOfAnybody(id)
                .map(row -> OptionalLong.of(row.arrival()))
                .orElse(OptionalLong.empty());
    }

    Optional<Row> entry(Ask ask, String id) {
        return isId(id) ? index.entry(id, ask.accounts()) : Optional.empty();
    }

    /** Whoever it belongs to: only for what anybody may know who holds the id. */
    Optional<Row> entryOfAnybody(String id) {
        return isId(id) ? index.entry(id, Set.of()) : Optional.empty();
    }

    /** What refers to an entry that may be seen: verdicts and acts. */
    List<Row> about(UUID id) {
        return index.about(id.toString());
    }

    /** The most frequent values of a field. */
    List<AuditIndex.Count> top(Search search, Field field, int limit) {
        return index.top(search, field, limit);
    }

    long count(Search search) {
        return index.top(search, Field.OUTCOME, 20).stream()
                .mapToLong(AuditIndex.Count::count)
                .sum();
    }

    /** Counts per stretch of the range. */
    Chart chart(Search search) {
        Search bounded = at(search, bounded(search.range()));
        return Chart.of(bounded.range(), index.histogram(bounded, BUCKETS), BUCKETS);
    }

    /** A range that begins with the first entry and ends now, if it would be wider. */
    TimeRange bounded(TimeRange range) {
        if (range.length().compareTo(Duration.ofDays(4000)) < 0) {
            return range;
        }
        Instant to = clock.instant().plusSeconds(60);
        Instant from = index.oldest().orElse(to.minus(Duration.ofDays(1)));
        return new TimeRange(from.isBefore(to) ? from : to.minus(Duration.ofDays(1)), to);
    }

    /** Values in the range that were never there before it. */
    List<AuditIndex.Count> firstSeen(Ask ask, Search search, Field field, int limit) {
        List<AuditIndex.Count> seen = new ArrayList<>();
        for (AuditIndex.Count count : top(search, field, 50)) {
            TimeRange before = new TimeRange(Instant.EPOCH, search.range().from());
            boolean isNew =
                    index.page(having(ask, field, count.value(), before), Long.MAX_VALUE, 1)
                            .isEmpty();
            if (isNew && seen.size() < limit) {
                seen.add(count);
            }
        }
        return seen;
    }

    /** When the first of them was made, as far as that is known. */
    Optional<Instant> first(Search search) {
        return index.first(search);
    }

    /** True if values of the field can be counted and listed. */
    static boolean isCounted(Field field) {
        return field != Field.ID && field != Field.SESSION;
    }

    static boolean isId(String text) {
        return text.matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    }
}
