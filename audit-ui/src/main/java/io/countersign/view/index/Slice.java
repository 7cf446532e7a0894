// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import org.jspecify.annotations.Nullable;

/**
 * A block within one search, and which of its slots still come into question. Used by one thread.
 */
final class Slice {
    private final Block block;
    private final @Nullable Head head;
    private Bits bits;
    private long @Nullable [] times;

    private Slice(Block block, @Nullable Head head, Bits bits) {
        this.block = block;
        this.head = head;
        this.bits = bits;
    }

    static Slice of(Block block) {
        return new Slice(block, null, Bits.upTo(block.rows()));
    }

    /** Of the head as it stands: rows that come later are not in it. */
    static Slice of(Block block, Head head) {
        return new Slice(block, head, head.live(block.rows()));
    }

    Block block() {
        return block;
    }

    int id() {
        return block.id();
    }

    @Nullable Head head() {
        return head;
    }

    Bits bits() {
        return bits;
    }

    void retain(Bits only) {
        bits.and(only);
    }

    void remove(Bits others) {
        bits.andNot(others);
    }

    void replace(Bits other) {
        bits = other;
    }

    boolean isDead() {
        return bits.isEmpty();
    }

    /** True if every entry of the block matches. */
    boolean isWhole() {
        return bits.count() == block.live();
    }

    /** Times of its slots, if they were read. */
    long @Nullable [] times() {
        return times;
    }

    void times(long[] read) {
        times = read;
    }
}
