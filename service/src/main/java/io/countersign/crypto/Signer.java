// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/** Signs with one Ed25519 key. Safe for use by many threads. */
public interface Signer {
    /** Public half of the key. */
    NKey key();

    /** 64-byte signature over {@code length} bytes of {@code message}. */
    byte[] sign(byte[] message, int offset, int length);

    /** 64-byte signature over the whole message. */
    default byte[] sign(byte[] message) {
        return sign(message, 0, message.length);
    }
}
