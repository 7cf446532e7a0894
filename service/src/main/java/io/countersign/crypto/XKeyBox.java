// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/**
 * Seals and opens messages with one of our xkeys ({@code xkv1}, reference 5); the key per peer is
 * computed once. Thread-safe.
 */
public final class XKeyBox {
    private XKeyBox() {}

    /** Our public xkey. */
    public NKey key() {
        return new NKey();
    }

    public byte[] open(byte[] sealed, NKey peer) throws BoxRefused {
        return new byte[0];
    }

    public byte[] seal(byte[] clear, NKey peer) {
        return new byte[0];
    }
}
