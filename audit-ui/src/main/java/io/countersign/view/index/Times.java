// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/** The times of a block's slots: four bytes each if they fit, counted from the oldest. */
final class Times {
    private static final long MOST = 0xffff_ffffL;

    private Times() {}

    static byte[] encode(long[] times, int rows, long min, long max) {
        boolean small = max - min <= MOST;
        byte[] bytes = new byte[rows * (small ? Integer.BYTES : Long.BYTES)];
        for (int slot = 0; slot < rows; slot++) {
            // A slot whose entry was removed has no time.
            long since = Math.max(0, times[slot] - min);
            if (small) {
                LongBytes.putInt(bytes, Integer.BYTES * slot, (int) since);
            } else {
                LongBytes.put(bytes, Long.BYTES * slot, since);
            }
        }
        return bytes;
    }

    static long[] decode(byte[] bytes, Block block) {
        boolean small = block.max() - block.min() <= MOST;
        long[] times = new long[block.rows()];
        for (int slot = 0; slot < times.length; slot++) {
            times[slot] =
                    block.min()
                            + (small
                                    ? LongBytes.getInt(bytes, Integer.BYTES * slot) & MOST
                                    : LongBytes.get(bytes, Long.BYTES * slot));
        }
        return times;
    }
}
