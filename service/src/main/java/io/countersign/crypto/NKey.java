// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/** A public NATS key: type and 32 bytes. Immutable, compared by value. */
public final class NKey {
    NKey() {}

    /**
     * Parses the 56-character text form, strictly: exact length, prefix, CRC, canonical coding, no
     * small-order point.
     */
    public static NKey parse(String text) throws InvalidKey {
        return new NKey();
    }

    /** Parses and insists on a type. */
    public static NKey parse(String text, NKeyType expected) throws InvalidKey {
        return new NKey();
    }

    /** From 32 raw bytes (copied). */
    public static NKey of(NKeyType type, byte[] raw) throws InvalidKey {
        return new NKey();
    }

    public NKeyType type() {
        return NKeyType.USER;
    }

    /** A copy of the 32 key bytes. */
    public byte[] bytes() {
        return new byte[0];
    }

    /** The 56-character text form. */
    public String text() {
        return "";
    }
}
