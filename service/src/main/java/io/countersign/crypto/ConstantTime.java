// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.security.MessageDigest;

/** Comparisons whose time does not tell where two secrets differ. Lengths are no secret. */
public final class ConstantTime {
    private ConstantTime() {}

    /** True if both have the same length and bytes. */
    public static boolean equal(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }

    /** True if {@code length} bytes from each position are the same. */
    static boolean equal(byte[] a, int aAt, byte[] b, int bAt, int length) {
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= a[aAt + i] ^ b[bAt + i];
        }
        return difference == 0;
    }
}
