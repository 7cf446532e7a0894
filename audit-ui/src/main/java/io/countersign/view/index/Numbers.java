// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;

/** A number for each slot of a block, −1 where there is none. Not thread-safe. */
final class Numbers {
    private static final int NONE = -1;

    private int[] numbers = new int[0];
    private int least = Integer.MAX_VALUE;
    private int most = NONE;

    void set(int slot, long value) {
        if (slot >= numbers.length) {
            int before = numbers.length;
            numbers = Arrays.copyOf(numbers, Math.max(1024, 2 * slot));
            Arrays.fill(numbers, before, numbers.length, NONE);
        }
        int kept = (int) Math.clamp(value, 0, Integer.MAX_VALUE);
        numbers[slot] = kept;
        least = Math.min(least, kept);
        most = Math.max(most, kept);
    }

    int least() {
        return least;
    }

    int most() {
        return most;
    }

    byte[] encoded(int rows) {
        byte[] bytes = new byte[Integer.BYTES * rows];
        for (int slot = 0; slot < rows; slot++) {
            int value = slot < numbers.length ? numbers[slot] : NONE;
            LongBytes.putInt(bytes, Integer.BYTES * slot, value);
        }
        return bytes;
    }

    /** The slots whose number lies between two. */
    static Bits between(byte[] encoded, long least, long most) {
        Bits bits = new Bits();
        for (int slot = 0; slot < encoded.length / Integer.BYTES; slot++) {
            int value = LongBytes.getInt(encoded, Integer.BYTES * slot);
            if (value != NONE && value >= least && value <= most) {
                bits.set(slot);
            }
        }
        return bits;
    }
}
