// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Fresh digests of the SHA-2 family (FIPS 180-4), made by cloning: the JDK looks a digest up by
 * name through all providers, which costs more than hashing a token does. Thread-safe.
 */
public final class Sha2 {
    public static final Sha2 SHA_256 = new Sha2("SHA-256");
    public static final Sha2 SHA_512_256 = new Sha2("SHA-512/256");

    /** Never fed: only cloned. */
    private final MessageDigest empty;

    private Sha2(String algorithm) {
        try {
            empty = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    algorithm + ": missing (expected: in every Java runtime)", e);
        }
    }

    /** A digest that has taken nothing yet; not thread-safe. */
    public MessageDigest fresh() {
        return copy(empty);
    }

    /** The digest of one message. */
    public byte[] of(byte[] message) {
        return fresh().digest(message);
    }

    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of the JDK can be cloned", e);
        }
    }
}
