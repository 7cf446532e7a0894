// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.util.Arrays;

/**
 * A revocation with the bytes that carry it, signature included. Only {@link RevocationSeal} makes
 * one, so whoever holds it may act on it. Immutable.
 */
public final class SignedRevocation {
    private final Revocation revocation;
    private final byte[] bytes;

    SignedRevocation(Revocation revocation, byte[] bytes) {
        this.revocation = revocation;
        this.bytes = bytes;
    }

    public Revocation revocation() {
        return revocation;
    }

    /** A copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }

    /**
     * The whole rule of merging: the higher version, then the greater bytes. It is a total order,
     * so that records may come in any order, twice, or after a split, and all end with the same.
     */
    boolean supersedes(SignedRevocation other) {
        int byVersion = Long.compare(revocation.version(), other.revocation.version());
        return byVersion != 0 ? byVersion > 0 : Arrays.compareUnsigned(bytes, other.bytes) > 0;
    }

    /** The last eight bytes of the signature: as good as random, so they digest a set by XOR. */
    long digest() {
        long digest = 0;
        for (int i = bytes.length - Long.BYTES; i < bytes.length; i++) {
            digest = digest << 8 | (bytes[i] & 0xff);
        }
        return digest;
    }
}
