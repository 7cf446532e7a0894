// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the index consists of at one moment.
 *
 * @param blocks those that are full, in the order of their arrivals
 * @param floor the first arrival that retention left
 */
record Snapshot(List<Block> blocks, Head head, long floor) {
    Snapshot {
        blocks = List.copyOf(blocks);
    }

    /** The blocks that a time touches, in no order. */
    List<Slice> slices(TimeRange range) {
        long from = range.from().toEpochMilli();
        long to = range.to().toEpochMilli();
        List<Slice> slices = new ArrayList<>();
        for (Block block : blocks) {
            if (block.max() >= from && block.min() < to && block.live() > 0) {
                add(slices, Slice.of(block));
            }
        }
        Block open = head.block(head.rows());
        if (open != null && open.max() >= from && open.min() < to) {
            add(slices, Slice.of(open, head));
        }
        return slices;
    }

    /** Newest first. */
    List<Slice> newestFirst(TimeRange range) {
        List<Slice> slices = slices(range);
        slices.sort(
                Comparator.comparingLong((Slice s) -> s.block().max())
                        .thenComparingInt(Slice::id)
                        .reversed());
        return slices;
    }

    /** Oldest first. */
    List<Slice> oldestFirst(TimeRange range) {
        List<Slice> slices = slices(range);
        slices.sort(
                Comparator.comparingLong((Slice s) -> s.block().min()).thenComparingInt(Slice::id));
        return slices;
    }

    private void add(List<Slice> slices, Slice slice) {
        if (Block.of(floor) > slice.id()) {
            return;
        }
        if (Block.of(floor) == slice.id()) {
            slice.remove(Bits.upTo(Block.slot(floor)));
        }
        slices.add(slice);
    }
}
