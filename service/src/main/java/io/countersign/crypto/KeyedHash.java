// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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

    private final byte[] secret;
    private boolean closed;

    private KeyedHash(byte[] secret) {
        this.secret = secret;
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
        return new KeyedHash(secret.clone());
    }

    /** The whole 32-byte HMAC. */
    public byte[] mac(byte[] data) {
        byte[] key = key();
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(key, "HmacSHA256"));
            return hmac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** True if this is the HMAC of the data; compared in constant time. */
    public boolean isMac(byte[] data, byte[] mac) {
        return ConstantTime.equal(mac(data), mac);
    }

    /** The first 16 bytes of the HMAC in 26 letters of lower-case base32. */
    public String fingerprint(byte[] data) {
        byte[] first = Arrays.copyOf(mac(data), FINGERPRINT_BYTES);
        return new String(Base32.encode(first), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
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

    private synchronized byte[] key() {
        if (closed) {
            throw new IllegalStateException("keyed hash: closed");
        }
        return secret.clone();
    }

    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "KeyedHash[redacted]";
    }
}
