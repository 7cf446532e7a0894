// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the end of text that stands in JSON as it is: printable ASCII and DEL without quote and
 * backslash. Eight bytes at a time, because the compiler does not make vectors of a loop that may
 * end early, and nearly every byte of a request and of an answer comes through here (ADR 47).
 */
final class PlainText {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private PlainText() {}

    /** Position of the first byte that is not plain, or {@code to}. */
    static int end(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long special = special((long) LONGS.get(bytes, at));
            if (special != 0) {
                return at + (Long.numberOfTrailingZeros(special) >>> 3);
            }
        }
        while (at < to && isPlain(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b != '"' && b != '\\';
    }

    /**
     * The top bit of each byte that is below a blank, above ASCII, a quote or a backslash. A borrow
     * can set the bit of a byte above such a one too, never below, so the lowest one is right.
     */
    private static long special(long eight) {
        long control = eight - ONES * ' ';
        long quote = (eight ^ (ONES * '"')) - ONES;
        long backslash = (eight ^ (ONES * '\\')) - ONES;
        return (((control | quote | backslash) & ~eight) | eight) & HIGH;
    }
}
