// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;

/**
 * Where a token occurs in one block. Kept as sorted 16-bit numbers while they are few and as a
 * bitmap when that is smaller; the length tells which. Not thread-safe.
 */
final class Slots {
    static final int BITMAP = Block.SIZE / Byte.SIZE;
    private static final int FEW = BITMAP / 2;

    private short[] slots = new short[2];
    private int count;

    void add(int slot) {
        if (count > 0 && slots[count - 1] == (short) slot) {
            return;
        }
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, 2 * count);
        }
        slots[count++] = (short) slot;
    }

    /** Adds those below {@code rows} to a set. */
    void addTo(Bits bits, int rows) {
        for (int i = 0; i < count; i++) {
            if (slots[i] < rows) {
                bits.set(slots[i]);
            }
        }
    }

    byte[] encoded() {
        Bits bits = new Bits();
        addTo(bits, Block.SIZE);
        return encode(bits);
    }

    static byte[] encode(Bits bits) {
        int count = bits.count();
        if (count >= FEW) {
            byte[] bytes = new byte[BITMAP];
            for (int i = 0; i < BITMAP / Long.BYTES; i++) {
                LongBytes.put(bytes, i * Long.BYTES, bits.word(i));
            }
            return bytes;
        }
        byte[] bytes = new byte[2 * count];
        int at = 0;
        for (int slot = bits.next(0); slot >= 0; slot = bits.next(slot + 1)) {
            bytes[at++] = (byte) (slot >> 8);
            bytes[at++] = (byte) slot;
        }
        return bytes;
    }

    /** Adds what {@link #encoded} wrote to a set. */
    static void decode(byte[] bytes, int from, int length, Bits into) {
        if (length == BITMAP) {
            for (int i = 0; i < BITMAP / Long.BYTES; i++) {
                into.setWord(i, LongBytes.get(bytes, from + i * Long.BYTES));
            }
            return;
        }
        for (int at = from; at < from + length; at += 2) {
            into.set((bytes[at] & 0x7f) << 8 | bytes[at + 1] & 0xff);
        }
    }
}
