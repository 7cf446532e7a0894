// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** The secret that all instances share: made, and named without being told. */
public final class SharedSecret {
    private static final int BYTES = 32;

    private SharedSecret() {}

    /**
     * A name by which two secrets can be compared: derived like a key, so it tells nothing of the
     * secret, as long as that is no password.
     */
    public static String name(byte[] secret) {
        byte[] key = Hkdf.derive(secret, "countersign secret name v1", BYTES);
        try (KeyedHash hash = KeyedHash.of(key)) {
            return hash.fingerprint("name");
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Writes a new one, in hex, to a new file that only its owner can read (mode 600).
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public static void write(Path file, SecureRandom random) throws IOException {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        byte[] text = HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII);
        try {
            SeedFile.write(file, text);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }
}
