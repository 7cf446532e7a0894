// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;

/** A set of slots of one block. Not thread-safe. */
final class Bits {
    static final int WORDS = Block.SIZE / Long.SIZE;

    private final long[] words = new long[WORDS];

    /** The slots from the first to before {@code end}. */
    static Bits upTo(int end) {
        return between(0, end);
    }

    static Bits between(int start, int end) {
        Bits bits = new Bits();
        for (int slot = start; slot < end; ) {
            if (slot % Long.SIZE == 0 && slot + Long.SIZE <= end) {
                bits.words[slot / Long.SIZE] = -1;
                slot += Long.SIZE;
            } else {
                bits.set(slot++);
            }
        }
        return bits;
    }

    void set(int slot) {
        words[slot >> 6] |= 1L << slot;
    }

    boolean has(int slot) {
        return (words[slot >> 6] & 1L << slot) != 0;
    }

    void setWord(int index, long word) {
        words[index] |= word;
    }

    long word(int index) {
        return words[index];
    }

    void or(Bits other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] |= other.words[i];
        }
    }

    void and(Bits other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= other.words[i];
        }
    }

    void andNot(Bits other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= ~other.words[i];
        }
    }

    Bits copy() {
        Bits copy = new Bits();
        copy.or(this);
        return copy;
    }

    boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    int count() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** The first slot from there on; −1 if there is none. */
    int next(int from) {
        if (from >= Block.SIZE) {
            return -1;
        }
        int index = from >> 6;
        long word = words[index] & -1L << from;
        while (word == 0) {
            if (++index == WORDS) {
                return -1;
            }
            word = words[index];
        }
        return (index << 6) + Long.numberOfTrailingZeros(word);
    }

    /** The last slot up to there; −1 if there is none. */
    int previous(int from) {
        if (from < 0) {
            return -1;
        }
        int index = from >> 6;
        long word = words[index] & -1L >>> (63 - (from & 63));
        while (word == 0) {
            if (--index < 0) {
                return -1;
            }
            word = words[index];
        }
        return (index << 6) + 63 - Long.numberOfLeadingZeros(word);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bits that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return count() + " slots";
    }
}
