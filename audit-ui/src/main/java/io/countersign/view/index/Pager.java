// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Takes the matches next to a place in time. Looks at blocks in the order of their newest (or
 * oldest) entry, one first and then more at a time, until none that is left can hold a nearer one.
 * Used once.
 */
final class Pager {
    private static final int MOST_TOGETHER = 64;

    private final Evaluator evaluator;
    private final Search search;
    private final Deadline deadline;
    private boolean complete = true;

    Pager(Reader reader, Search search, Deadline deadline) {
        this.search = search;
        this.deadline = deadline;
        this.evaluator = new Evaluator(reader, search);
    }

    /** A place in time: entries of one millisecond stand in the order of their arrival. */
    record Key(long millis, long arrival) implements Comparable<Key> {
        static final Key FIRST = new Key(Long.MIN_VALUE, -1);
        static final Key LAST = new Key(Long.MAX_VALUE, Long.MAX_VALUE);

        @Override
        public int compareTo(Key other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : Long.compare(arrival, other.arrival);
        }
    }

    boolean isComplete() {
        return complete;
    }

    /** The matches just before a place, newest first. */
    List<Key> older(Snapshot snapshot, Key than, int limit) {
        PriorityQueue<Key> best = new PriorityQueue<>();
        walk(
                snapshot.newestFirst(search.range()).stream()
                        .filter(s -> s.block().min() <= than.millis())
                        .toList(),
                slice -> best.size() == limit && slice.block().max() < best.element().millis(),
                slice -> older(slice, than, limit, best));
        return best.stream().sorted(Comparator.reverseOrder()).toList();
    }

    private void older(Slice slice, Key than, int limit, PriorityQueue<Key> best) {
        long[] times = times(slice);
        for (int slot = slice.bits().previous(times.length - 1);
                slot >= 0;
                slot = slice.bits().previous(slot - 1)) {
            if (times[slot] > than.millis()
                    || (best.size() == limit && times[slot] < best.element().millis())) {
                continue;
            }
            Key key = new Key(times[slot], Block.arrival(slice.id(), slot));
            if (key.compareTo(than) < 0) {
                keep(best, key, limit);
            }
        }
    }

    /** The matches just after a place, oldest first. */
    List<Key> newer(Snapshot snapshot, Key than, int limit) {
        PriorityQueue<Key> best = new PriorityQueue<>(Comparator.reverseOrder());
        walk(
                snapshot.oldestFirst(search.range()).stream()
                        .filter(s -> s.block().max() >= than.millis())
                        .toList(),
                slice -> best.size() == limit && slice.block().min() > best.element().millis(),
                slice -> newer(slice, than, limit, best));
        return best.stream().sorted().toList();
    }

    private void newer(Slice slice, Key than, int limit, PriorityQueue<Key> best) {
        long[] times = times(slice);
        for (int slot = slice.bits().next(0); slot >= 0; slot = slice.bits().next(slot + 1)) {
            if (times[slot] < than.millis()
                    || (best.size() == limit && times[slot] > best.element().millis())) {
                continue;
            }
            Key key = new Key(times[slot], Block.arrival(slice.id(), slot));
            if (key.compareTo(than) > 0) {
                keep(best, key, limit);
            }
        }
    }

    private static void keep(PriorityQueue<Key> best, Key key, int limit) {
        best.add(key);
        if (best.size() > limit) {
            best.remove();
        }
    }

    private long[] times(Slice slice) {
        evaluator.times(List.of(slice));
        long[] times = slice.times();
        return times == null ? new long[0] : times;
    }

    /** The first matches behind an arrival, in the order of arrival. */
    List<Long> arrivals(Snapshot snapshot, long after, int limit) {
        List<Long> found = new ArrayList<>();
        walk(
                since(snapshot, after),
                _ -> found.size() >= limit,
                slice -> first(slice, limit - found.size(), found));
        return found;
    }

    /**
     * The first matches behind an arrival if there are not more than {@code most}; else the last
     * ones, and what was skipped for them.
     *
     * @param limit so many rows at once
     */
    Behind behind(Snapshot snapshot, long after, int most, int limit) {
        List<Slice> looked = since(snapshot, after);
        List<Slice> found = new ArrayList<>();
        int seen = walk(looked, _ -> false, found::add);
        long upTo = seen == 0 ? after : end(looked.get(seen - 1));
        long count = found.stream().mapToLong(slice -> slice.bits().count()).sum();
        List<Long> rows = new ArrayList<>();
        if (count <= most) {
            for (Slice slice : found) {
                first(slice, limit - rows.size(), rows);
            }
            return new Behind(rows, Optional.empty(), count > rows.size() ? rows.getLast() : upTo);
        }
        for (Slice slice : found.reversed()) {
            last(slice, limit - rows.size(), rows);
        }
        return new Behind(rows.reversed(), Optional.of(skipped(found)), upTo);
    }

    private static List<Slice> since(Snapshot snapshot, long after) {
        List<Slice> slices = new ArrayList<>();
        for (Slice slice : snapshot.slices(TimeRange.ALL)) {
            if (slice.id() == Block.of(after + 1)) {
                slice.remove(Bits.upTo(Block.slot(after + 1)));
            }
            if (slice.id() >= Block.of(after + 1)) {
                slices.add(slice);
            }
        }
        slices.sort(Comparator.comparingInt(Slice::id));
        return slices;
    }

    private static long end(Slice slice) {
        return Block.arrival(slice.id(), slice.block().rows()) - 1;
    }

    private static void first(Slice slice, int limit, List<Long> into) {
        int left = limit;
        for (int slot = slice.bits().next(0);
                slot >= 0 && left > 0;
                slot = slice.bits().next(slot + 1)) {
            into.add(Block.arrival(slice.id(), slot));
            left--;
        }
    }

    /** Takes the last ones out of a slice, the last one first. */
    private static void last(Slice slice, int limit, List<Long> into) {
        Bits taken = new Bits();
        int left = limit;
        for (int slot = slice.bits().previous(slice.block().rows() - 1);
                slot >= 0 && left > 0;
                slot = slice.bits().previous(slot - 1)) {
            into.add(Block.arrival(slice.id(), slot));
            taken.set(slot);
            left--;
        }
        slice.remove(taken);
    }

    private Behind.Skipped skipped(List<Slice> slices) {
        List<Slice> left = slices.stream().filter(slice -> !slice.isDead()).toList();
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (Slice slice : left) {
            boolean inside = slice != left.getFirst() && slice != left.getLast();
            if (inside) { // its bounds will do: nobody reads the times of millions for a link
                from = Math.min(from, slice.block().min());
                to = Math.max(to, slice.block().max());
                continue;
            }
            long[] times = times(slice);
            for (int slot = slice.bits().next(0);
                    slot >= 0 && slot < times.length;
                    slot = slice.bits().next(slot + 1)) {
                from = Math.min(from, times[slot]);
                to = Math.max(to, times[slot]);
            }
        }
        Slice newest = left.getLast();
        return new Behind.Skipped(
                left.stream().mapToLong(slice -> slice.bits().count()).sum(),
                new TimeRange(Instant.ofEpochMilli(from), Instant.ofEpochMilli(to + 1)),
                Block.arrival(newest.id(), newest.bits().previous(newest.block().rows() - 1)));
    }

    /** How many slices were looked at. */
    private int walk(
            List<Slice> slices,
            java.util.function.Predicate<Slice> ends,
            java.util.function.Consumer<Slice> take) {
        int together = 1;
        for (int at = 0; at < slices.size(); ) {
            if (ends.test(slices.get(at))) {
                return at;
            }
            if (deadline.isOver()) {
                complete = false;
                return at;
            }
            int end = Math.min(slices.size(), at + together);
            for (Slice slice : evaluator.match(slices.subList(at, end))) {
                if (ends.test(slice)) {
                    return end;
                }
                take.accept(slice);
            }
            at = end;
            together = Math.min(MOST_TOGETHER, 2 * together);
        }
        return slices.size();
    }
}
