// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Makes keys and writes each one where it belongs. */
final class KeyFiles {
    /** Signs requests of the first administrator; a login to NATS has a key of its own. */
    static final String ADMIN_REQUESTS = "keys/admin-requests.nk";

    private static final int SECRET_BYTES = 32;

    private final SetupFolder folder;
    private final SecureRandom random;

    KeyFiles(SetupFolder folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /** Makes a key that is used here no further; returns its public half. */
    NKey make(String path, NKeyType type) throws SetupFailed {
        try (Seed seed = makeSeed(path, type)) {
            return seed.publicKey();
        }
    }

    /** Makes a key; the caller closes it. */
    Seed makeSeed(String path, NKeyType type) throws SetupFailed {
        Seed seed = Seed.generate(type, random);
        try {
            folder.write(path, seed);
            return seed;
        } catch (SetupFailed | RuntimeException e) {
            seed.close();
            throw e;
        }
    }

    /** What the instances share, and derive the name and key of their own cluster from. */
    void makeClusterSecret() throws SetupFailed {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        byte[] line = (HexFormat.of().formatHex(secret) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            folder.write("keys/cluster.secret", line);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(line, (byte) 0);
        }
    }
}
