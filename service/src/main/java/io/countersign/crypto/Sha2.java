// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Fresh digests of the SHA-2 family (FIPS 180-4), made by cloning: the JDK looks a digest up by
 * name through all providers, which costs more than hashing a token does. Thread-safe.
 */
public final class Sha2 {
    private static final int MOST_IDLE = 32;
    private static final int PIECE = 4096;

    public static final Sha2 SHA_256 = new Sha2("SHA-256");
    public static final Sha2 SHA_512_256 = new Sha2("SHA-512/256");

    /** Half a kilobyte each, twice in a decision. */
    private final BlockingQueue<MessageDigest> idle = new ArrayBlockingQueue<>(MOST_IDLE);

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
        return of(message, 0, message.length);
    }

    /** The digest of parts of an array: pairs of a position and the position behind the part. */
    public byte[] of(byte[] message, int... parts) {
        @Nullable MessageDigest used = idle.poll();
        MessageDigest digest = used != null ? used : fresh();
        for (int i = 0; i < parts.length; i += 2) {
            // In pieces, because one long call stays in the interpreter from its begin to its end.
            for (int from = parts[i]; from < parts[i + 1]; from += PIECE) {
                digest.update(message, from, Math.min(PIECE, parts[i + 1] - from));
            }
        }
        byte[] hash = digest.digest(); // which also empties it
        boolean _ = idle.offer(digest);
        return hash;
    }

    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of the JDK can be cloned", e);
        }
    }
}
