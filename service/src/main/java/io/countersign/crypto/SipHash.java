// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): a short keyed hash for tables whose keys come from
 * strangers. Who does not have the key cannot make two texts fall together, or guess from a hash
 * what it is of; 64 bits are no signature. Immutable.
 */
public final class SipHash {
    /** Bytes of a key. */
    public static final int KEY = 16;

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;

    private SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** With a key of 16 bytes. */
    public static SipHash of(byte[] key) {
        if (key.length != KEY) {
            throw new IllegalArgumentException(
                    "key: " + key.length + " bytes (expected: " + KEY + ")");
        }
        return new SipHash(word(key, 0), word(key, 8));
    }

    /** The hash of the first {@code length} bytes. */
    public long hash(byte[] data, int length) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int whole = length & ~7;
        // Words of eight bytes, then one with the rest and the length, then four rounds.
        for (int at = 0; at <= whole + 8; at += 8) {
            boolean isEnd = at > whole;
            long word = isEnd ? 0 : at < whole ? word(data, at) : rest(data, at, length);
            v3 ^= word;
            v2 ^= isEnd ? 0xff : 0;
            for (int round = isEnd ? 4 : 2; round > 0; round--) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** Eight bytes, the lowest first. */
    private static long word(byte[] data, int at) {
        return (long) WORDS.get(data, at);
    }

    private static long rest(byte[] data, int from, int length) {
        long word = (long) length << 56;
        for (int i = from; i < length; i++) {
            word |= (data[i] & 0xffL) << (8 * (i - from));
        }
        return word;
    }

    @Override
    public String toString() {
        return "SipHash[redacted]";
    }
}
