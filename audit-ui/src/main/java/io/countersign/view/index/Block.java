// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/**
 * A stretch of {@value #SIZE} arrivals whose searchable parts were written once, when it was full.
 * Later changes are only removals.
 *
 * @param id arrivals from {@code id * SIZE} on
 * @param rows slots in use
 * @param live how many of them still have an entry
 * @param min time of the oldest, in milliseconds
 * @param max time of the newest
 */
record Block(int id, int rows, int live, long min, long max) {
    static final int BITS = 15;
    static final int SIZE = 1 << BITS;

    static int of(long arrival) {
        return (int) (arrival >> BITS);
    }

    static int slot(long arrival) {
        return (int) arrival & SIZE - 1;
    }

    static long arrival(int block, int slot) {
        return ((long) block << BITS) + slot;
    }
}
