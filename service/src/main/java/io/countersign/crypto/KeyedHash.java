// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA-256 under a secret (RFC 2104). Two fingerprints tell whether two credentials are the
 * same and, without the secret, nothing else: a plain hash of a password could be guessed. Prints
 * {@code KeyedHash[redacted]}, wipes its key on close. Safe for use by many threads.
 */
public final class KeyedHash implements AutoCloseable {
    /** Letters of a fingerprint: 16 bytes in base32. */
    public static final int FINGERPRINT_LENGTH = 26;

    private static final int FINGERPRINT_BYTES = 16;
    private static final int SHORTEST_SECRET = 16;

    private static final int BLOCK = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    /**
     * Digests that have taken the padded key and nothing else; cloned for each message, so that a
     * fingerprint costs two blocks less and no look-up.
     */
    private final MessageDigest inner;

    private final MessageDigest outer;
    private boolean closed;

    private KeyedHash(MessageDigest inner, MessageDigest outer) {
        this.inner = inner;
        this.outer = outer;
    }

    /**
     * Copies the secret; the caller wipes its own.
     *
     * @throws IllegalArgumentException if it is shorter than 16 bytes
     */
    public static KeyedHash of(byte[] secret) {
        if (secret.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length + " bytes (expected: ≥ " + SHORTEST_SECRET + ")");
        }
        byte[] key = secret.length > BLOCK ? Sha2.SHA_256.of(secret) : secret.clone();
        try {
            return new KeyedHash(keyed(key, INNER), keyed(key, OUTER));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static MessageDigest keyed(byte[] key, byte pad) {
        byte[] block = new byte[BLOCK];
        Arrays.fill(block, pad);
        for (int i = 0; i < key.length; i++) {
            block[i] ^= key[i];
        }
        MessageDigest digest = Sha2.SHA_256.fresh();
        digest.update(block);
        Arrays.fill(block, (byte) 0);
        return digest;
    }

    /** The whole 32-byte HMAC. */
    public byte[] mac(byte[] data) {
        MessageDigest second = copy(outer);
        return second.digest(copy(inner).digest(data));
    }

    /** True if this is the HMAC of the data; compared in constant time. */
    public boolean isMac(byte[] data, byte[] mac) {
        return ConstantTime.equal(mac(data), mac);
    }

    /** The first 16 bytes of the HMAC in 26 letters of lower-case base32. */
    public String fingerprint(byte[] data) {
        byte[] ascii = Base32.encode(Arrays.copyOf(mac(data), FINGERPRINT_BYTES));
        for (int i = 0; i < ascii.length; i++) {
            ascii[i] = (byte) (ascii[i] | (ascii[i] >= 'A' ? 0x20 : 0));
        }
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }

    /** Of the UTF-8 bytes, which are wiped. */
    public String fingerprint(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            return fingerprint(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private synchronized MessageDigest copy(MessageDigest keyed) {
        if (closed) {
            throw new IllegalStateException("keyed hash: closed");
        }
        return Sha2.copy(keyed);
    }

    @Override
    public synchronized void close() {
        closed = true;
        inner.reset();
        outer.reset();
    }

    @Override
    public String toString() {
        return "KeyedHash[redacted]";
    }
}
