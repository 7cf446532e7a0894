// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Several keys from one secret (RFC 5869 with SHA-256): who knows the key of one label learns
 * nothing about that of another.
 */
public final class Hkdf {
    private static final int HASH_LENGTH = 32;
    private static final int LONGEST = 255 * HASH_LENGTH;

    private Hkdf() {}

    /**
     * Derives the key of a label, without salt.
     *
     * @param secret of full entropy (not a password); the caller wipes it
     * @param label what the key is for, for example {@code countersign revocations v1}
     * @param length in bytes
     * @return the caller wipes it
     * @throws IllegalArgumentException if the length is not 1–8160, the secret is shorter than 16
     *     bytes or the label is empty
     */
    public static byte[] derive(byte[] secret, String label, int length) {
        if (secret.length < 16) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length + " bytes (expected: ≥ 16)");
        }
        if (label.isEmpty()) {
            throw new IllegalArgumentException("label: empty (expected: what the key is for)");
        }
        return derive(secret, new byte[0], label.getBytes(StandardCharsets.UTF_8), length);
    }

    /** Extract and expand, as in the RFC's vectors. An empty salt means zeros. */
    static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
        if (length < 1 || length > LONGEST) {
            throw new IllegalArgumentException(
                    "length: " + length + " (expected: 1-" + LONGEST + ")");
        }
        byte[] ours = secret.clone();
        try {
            HKDFBytesGenerator generator = new HKDFBytesGenerator(SHA256Digest.newInstance());
            generator.init(new HKDFParameters(ours, salt, info));
            byte[] key = new byte[length];
            generator.generateBytes(key, 0, length);
            return key;
        } finally {
            Arrays.fill(ours, (byte) 0);
        }
    }
}
