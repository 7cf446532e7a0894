// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One field of all entries of a block, so that values can be counted without reading entries: a
 * list of the values that occur, and for each slot the number of its value (0: none). Not
 * thread-safe.
 */
final class Column {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> values = new ArrayList<>(List.of(""));
    private int[] ordinals = new int[1024];

    void set(int slot, String value) {
        if (slot >= ordinals.length) {
            ordinals = Arrays.copyOf(ordinals, 2 * slot);
        }
        ordinals[slot] =
                value.isEmpty()
                        ? 0
                        : numbers.computeIfAbsent(
                                value,
                                v -> {
                                    values.add(v);
                                    return values.size() - 1;
                                });
    }

    /** As it stands, up to a slot. */
    Values values(int rows) {
        return new Values(List.copyOf(values), new Ordinals.Numbers(Arrays.copyOf(ordinals, rows)));
    }

    /** The values and how often each of them occurs. */
    byte[] dictionary(Bits live) {
        int[] counts = new int[values.size()];
        for (int slot = live.next(0); slot >= 0; slot = live.next(slot + 1)) {
            counts[ordinals[slot]]++;
        }
        Packer packer = new Packer();
        for (int i = 0; i < counts.length; i++) {
            byte[] value = values.get(i).getBytes(UTF_8);
            packer.number(counts[i]);
            packer.number(value.length);
            packer.bytes(value, 0, value.length);
        }
        return packer.take();
    }

    /** The slots' numbers, in as few bits each as they need. */
    byte[] packed(int rows) {
        int width = width(values.size());
        if (width == 0) {
            return new byte[0];
        }
        byte[] bytes = new byte[Math.max(1, (rows * width + 7) / 8)];
        for (int slot = 0; slot < rows; slot++) {
            if (width == Short.SIZE) {
                bytes[2 * slot] = (byte) (ordinals[slot] >> 8);
                bytes[2 * slot + 1] = (byte) ordinals[slot];
            } else {
                bytes[slot * width / 8] |= (byte) (ordinals[slot] << slot * width % 8);
            }
        }
        return bytes;
    }

    private static int width(int values) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(values - 1);
        return bits == 0 ? 0 : bits > 8 ? 16 : Math.max(1, Integer.highestOneBit(2 * bits - 1));
    }

    /** What numbers stand for, and the number of each slot. */
    record Values(List<String> texts, Ordinals ordinals) {
        /** How many of a set have each value. */
        int[] count(Bits bits) {
            int[] counts = new int[texts.size()];
            ordinals.count(bits, counts);
            return counts;
        }
    }

    /** What {@link #dictionary} wrote. */
    record Dictionary(List<String> texts, int[] counts) {
        static Dictionary read(byte[] bytes) {
            List<String> texts = new ArrayList<>();
            List<Integer> counts = new ArrayList<>();
            Packer.Reader reader = new Packer.Reader(bytes);
            while (reader.hasMore()) {
                counts.add(reader.number());
                int length = reader.number();
                texts.add(new String(bytes, reader.skip(length), length, UTF_8));
            }
            return new Dictionary(texts, counts.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    static Values read(byte[] dictionary, byte[] packed) {
        List<String> texts = Dictionary.read(dictionary).texts();
        int width = width(texts.size());
        return new Values(
                texts,
                switch (width) {
                    case 0 -> Ordinals.NOTHING;
                    case 16 -> new Ordinals.Wide(packed);
                    case 8 -> new Ordinals.Bytes(packed);
                    default -> Ordinals.Narrow.of(packed, width);
                });
    }
}
