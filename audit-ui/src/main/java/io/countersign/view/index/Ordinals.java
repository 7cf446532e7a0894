// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/**
 * The number of each slot's value in a {@link Column}, as it is packed. Facets count hundreds of
 * blocks, so each way of packing counts in a loop of its own, which the compiler sees through.
 */
sealed interface Ordinals {
    /** A column without any value. */
    Ordinals NOTHING = new Nothing();

    /** The number of a slot's value. */
    int of(int slot);

    /** Adds how many slots of a set have each number. */
    void count(Bits bits, int[] counts);

    /** No slot has a value. */
    record Nothing() implements Ordinals {
        @Override
        public int of(int slot) {
            return 0;
        }

        @Override
        public void count(Bits bits, int[] counts) {
            counts[0] += bits.count();
        }
    }

    /** Not packed. */
    record Numbers(int[] numbers) implements Ordinals {
        @Override
        public int of(int slot) {
            return numbers[slot];
        }

        @Override
        public void count(Bits bits, int[] counts) {
            for (int i = 0; i < Bits.WORDS; i++) {
                for (long word = bits.word(i); word != 0; word &= word - 1) {
                    counts[numbers[(i << 6) + Long.numberOfTrailingZeros(word)]]++;
                }
            }
        }
    }

    /** A byte each. */
    record Bytes(byte[] packed) implements Ordinals {
        @Override
        public int of(int slot) {
            return packed[slot] & 0xff;
        }

        @Override
        public void count(Bits bits, int[] counts) {
            for (int i = 0; i < Bits.WORDS; i++) {
                for (long word = bits.word(i); word != 0; word &= word - 1) {
                    counts[packed[(i << 6) + Long.numberOfTrailingZeros(word)] & 0xff]++;
                }
            }
        }
    }

    /** Two bytes each. */
    record Wide(byte[] packed) implements Ordinals {
        @Override
        public int of(int slot) {
            return ((packed[2 * slot] & 0xff) << 8) | (packed[2 * slot + 1] & 0xff);
        }

        @Override
        public void count(Bits bits, int[] counts) {
            for (int i = 0; i < Bits.WORDS; i++) {
                for (long word = bits.word(i); word != 0; word &= word - 1) {
                    counts[of((i << 6) + Long.numberOfTrailingZeros(word))]++;
                }
            }
        }
    }

    /**
     * One, two or four bits each.
     *
     * @param inByte so many slots share a byte, as a power of two
     * @param wide so many bits, as a power of two
     */
    record Narrow(byte[] packed, int inByte, int wide, int mask) implements Ordinals {
        static Narrow of(byte[] packed, int width) {
            int wide = Integer.numberOfTrailingZeros(width);
            return new Narrow(packed, 3 - wide, wide, (1 << width) - 1);
        }

        @Override
        public int of(int slot) {
            return (packed[slot >> inByte] >> ((slot & ((1 << inByte) - 1)) << wide)) & mask;
        }

        @Override
        public void count(Bits bits, int[] counts) {
            for (int i = 0; i < Bits.WORDS; i++) {
                for (long word = bits.word(i); word != 0; word &= word - 1) {
                    counts[of((i << 6) + Long.numberOfTrailingZeros(word))]++;
                }
            }
        }
    }
}
