// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened in a stretch of time, for who wants to see it on one page.
 *
 * @param outcomes how many of each
 * @param before how many of each in the stretch of the same length before it
 * @param reasons of refusals
 * @param names claimed or proven, of refusals
 * @param addresses of refusals
 * @param firsts entries of principals or addresses that were never seen before, newest first
 * @param bursts stretches in which a reason was far more frequent than it mostly is
 * @param revisions policy revisions over time
 * @param isComplete false if the time was up for one of them
 */
public record Overview(
        List<Counted.Value> outcomes,
        List<Counted.Value> before,
        Counted.Histogram histogram,
        List<Counted.Value> reasons,
        List<Counted.Value> names,
        List<Counted.Value> addresses,
        Page firsts,
        List<Burst> bursts,
        Counted.Histogram revisions,
        List<TrailState> trails,
        boolean isComplete) {
    private static final int VALUES = 8;
    private static final int BUCKETS = 96;
    private static final long FEWEST = 10;
    private static final long FACTOR = 5;

    public Overview {
        outcomes = List.copyOf(outcomes);
        before = List.copyOf(before);
        reasons = List.copyOf(reasons);
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
        bursts = List.copyOf(bursts);
        trails = List.copyOf(trails);
    }

    /** A reason that came in far more often than usual. */
    public record Burst(String reason, long count, Instant from, Duration length) {}

    /** {@code trails} are for who sees everything; others get none. */
    static Overview of(AuditIndex index, TimeRange range, Scope scope) {
        Search all = new Search(Query.ALL, range, scope);
        Search refused = new Search(Query.parse("outcome:deny,drop"), range, scope);
        Search first = new Search(Query.parse("is:first"), range, scope);
        TimeRange earlier = new TimeRange(range.from().minus(range.length()), range.from());
        var outcomes = index.facets(all, List.of(Field.OUTCOME), VALUES);
        var before = index.facets(all.in(earlier), List.of(Field.OUTCOME), VALUES);
        var histogram = index.histogram(all, BUCKETS);
        var reasons = index.histogram(refused, Field.REASON, BUCKETS);
        var refusals = index.facets(refused, List.of(Field.REASON, Field.USER, Field.ADDR), VALUES);
        var revisions = index.histogram(all, Field.REVISION, BUCKETS);
        return new Overview(
                outcomes.what().of(Field.OUTCOME),
                before.what().of(Field.OUTCOME),
                histogram.what(),
                refusals.what().of(Field.REASON),
                refusals.what().of(Field.USER),
                refusals.what().of(Field.ADDR),
                index.page(first, Cursor.NEWEST, VALUES),
                bursts(reasons.what()),
                revisions.what(),
                scope.isAll() ? index.trails() : List.of(),
                outcomes.isComplete()
                        && before.isComplete()
                        && histogram.isComplete()
                        && reasons.isComplete()
                        && refusals.isComplete()
                        && revisions.isComplete());
    }

    /** A stretch is a burst if it has five times the median of those with any, and ten at least. */
    static List<Burst> bursts(Counted.Histogram reasons) {
        Map<String, Map<Integer, Long>> byReason = new TreeMap<>();
        for (Counted.Bar bar : reasons.bars()) {
            byReason.computeIfAbsent(bar.value(), _ -> new HashMap<>())
                    .put(bar.bucket(), bar.count());
        }
        List<Burst> bursts = new ArrayList<>();
        byReason.forEach((reason, counts) -> {
            List<Long> sorted = new ArrayList<>(counts.values());
            while (sorted.size() < reasons.buckets()) {
                sorted.add(0L);
            }
            sorted.sort(null);
            long usual = Math.max(1, sorted.get(sorted.size() / 2));
            counts.forEach((bucket, count) -> {
                if (count >= FEWEST && count >= FACTOR * usual) {
                    bursts.add(
                            new Burst(
                                    reason,
                                    count,
                                    reasons.from().plus(reasons.width().multipliedBy(bucket)),
                                    reasons.width()));
                }
            });
        });
        bursts.sort((a, b) -> Long.compare(b.count(), a.count()));
        return bursts.subList(0, Math.min(VALUES, bursts.size()));
    }
}
