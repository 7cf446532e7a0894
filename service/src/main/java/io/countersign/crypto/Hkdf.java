// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

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
        HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(secret);
        if (salt.length > 0) {
            extract.addSalt(salt);
        }
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(extract.thenExpand(info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA256", e);
        }
    }
}
