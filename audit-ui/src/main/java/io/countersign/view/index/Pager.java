// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Takes the matches next to a place in time. Looks at blocks in the order of their newest (or
 * oldest) entry, one first and then more at a time, until none that is left can hold a nearer one.
 * Used once.
 */
final class Pager {
    private static final int MOST_TOGETHER = 64;

    private final Reader reader;
    private final Evaluator evaluator;
    private final Search search;
    private final Deadline deadline;
    private boolean complete = true;

    Pager(Reader reader, Search search, Deadline deadline) {
        this.reader = reader;
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
        List<Slice> slices =
                snapshot.slices(search.range()).stream()
                        .filter(s -> s.id() >= Block.of(after + 1))
                        .sorted(Comparator.comparingInt(Slice::id))
                        .toList();
        for (Slice slice : slices) {
            if (slice.id() == Block.of(after + 1)) {
                slice.remove(Bits.upTo(Block.slot(after + 1)));
            }
        }
        walk(
                slices,
                _ -> found.size() >= limit,
                slice -> {
                    for (int slot = slice.bits().next(0);
                            slot >= 0 && found.size() < limit;
                            slot = slice.bits().next(slot + 1)) {
                        found.add(Block.arrival(slice.id(), slot));
                    }
                });
        return found;
    }

    private void walk(
            List<Slice> slices,
            java.util.function.Predicate<Slice> ends,
            java.util.function.Consumer<Slice> take) {
        int together = 1;
        for (int at = 0; at < slices.size(); ) {
            if (ends.test(slices.get(at))) {
                return;
            }
            if (deadline.isOver()) {
                complete = false;
                return;
            }
            int end = Math.min(slices.size(), at + together);
            for (Slice slice : evaluator.match(slices.subList(at, end))) {
                if (ends.test(slice)) {
                    return;
                }
                take.accept(slice);
            }
            at = end;
            together = Math.min(MOST_TOGETHER, 2 * together);
        }
    }

    Reader reader() {
        return reader;
    }
}
