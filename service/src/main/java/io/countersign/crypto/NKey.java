// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/** A public NATS key: type and 32 bytes. Immutable, compared by value. */
public final class NKey {
    private NKey() {}

    /**
     * Parses the 56-character text form, strictly: exact length, prefix, CRC, canonical coding, no
     * small-order point.
     */
    public static NKey parse(String text) throws InvalidKey {
        throw new UnsupportedOperationException();
    }

    /** Parses and insists on a type. */
    public static NKey parse(String text, NKeyType expected) throws InvalidKey {
        throw new UnsupportedOperationException();
    }

    /** From 32 raw bytes (copied). */
    public static NKey of(NKeyType type, byte[] raw) throws InvalidKey {
        throw new UnsupportedOperationException();
    }

    public NKeyType type() {
        throw new UnsupportedOperationException();
    }

    /** A copy of the 32 key bytes. */
    public byte[] bytes() {
        throw new UnsupportedOperationException();
    }

    /** The 56-character text form. */
    public String text() {
        throw new UnsupportedOperationException();
    }
}
