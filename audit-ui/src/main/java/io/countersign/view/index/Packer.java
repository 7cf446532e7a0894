// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;

/** Writes numbers of variable length and bytes, one behind the other. Not thread-safe. */
final class Packer {
    private byte[] bytes = new byte[1024];
    private int size;

    int size() {
        return size;
    }

    void number(long value) {
        long rest = value;
        room(10);
        while (rest > 0x7f) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void bytes(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    /** What was written; begins anew. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, size);
        size = 0;
        return taken;
    }

    /** Reads what was packed. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.length;
        }

        int number() {
            return (int) longNumber();
        }

        long longNumber() {
            long value = 0;
            int shift = 0;
            while (true) {
                byte next = bytes[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
                shift += 7;
            }
        }

        byte[] array() {
            return bytes;
        }

        /** Passes over so many bytes; where they begin. */
        int skip(int length) {
            int start = at;
            at += length;
            return start;
        }
    }
}
