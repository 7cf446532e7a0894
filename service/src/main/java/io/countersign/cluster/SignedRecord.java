// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * Bytes that this cluster's secret signed, and what stands in them at the same place in every form,
 * also in those of builds to come: enough to keep and to pass on what one does not understand. Only
 * {@link RevocationSeal} makes one. Immutable; holds nothing but the bytes, because there may be a
 * million.
 */
abstract sealed class SignedRecord permits SignedRevocation, UnknownRecord {
    static final int KIND = 1;
    static final int FLAGS = 2;
    static final int ID = 3;
    static final int VERSION = ID + 16;

    /** Form, kind, flags, id and version: no form has them elsewhere. */
    static final int HEAD = VERSION + 8;

    static final int LIFTED = 1;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;

    SignedRecord(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy. */
    public final byte[] bytes() {
        return bytes.clone();
    }

    /** Itself, for those who only read. */
    final byte[] raw() {
        return bytes;
    }

    final int length() {
        return bytes.length;
    }

    final long number(int at) {
        return (long) LONG.get(bytes, at);
    }

    final UUID id() {
        return new UUID(number(ID), number(ID + Long.BYTES));
    }

    final long version() {
        return number(VERSION);
    }

    /** True for a tombstone. */
    public final boolean isLifted() {
        return (bytes[FLAGS] & LIFTED) != 0;
    }

    /**
     * The whole rule of merging: the higher version, then the greater bytes. It is a total order,
     * so that records may come in any order, twice, or after a split, and all end with the same.
     */
    final boolean supersedes(SignedRecord other) {
        int byVersion = Long.compare(version(), other.version());
        return byVersion != 0 ? byVersion > 0 : Arrays.compareUnsigned(bytes, other.bytes) > 0;
    }

    /** The last eight bytes of the signature: as good as random, so they digest a set by XOR. */
    final long digest() {
        return number(bytes.length - Long.BYTES);
    }

    /** By id; without making one. */
    static int compareIds(SignedRecord a, SignedRecord b) {
        int high = Long.compareUnsigned(a.number(ID), b.number(ID));
        return high != 0
                ? high
                : Long.compareUnsigned(a.number(ID + Long.BYTES), b.number(ID + Long.BYTES));
    }

    final int compareId(UUID id) {
        int high = Long.compareUnsigned(number(ID), id.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(number(ID + Long.BYTES), id.getLeastSignificantBits());
    }
}
