// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A private NATS key. Prints {@code Seed[redacted]}, has no equality, and wipes its bytes on close.
 */
public final class Seed implements AutoCloseable {
    private Seed() {}

    /**
     * Parses the ASCII text form ({@code SA…}); surrounding white space is allowed, the caller
     * wipes its array.
     */
    public static Seed parse(byte[] ascii) throws InvalidKey {
        return new Seed();
    }

    /** Reads a seed file; refused when group or others can read it (POSIX). */
    public static Seed read(Path file) throws IOException, InvalidKey {
        return new Seed();
    }

    public static Seed generate(NKeyType type, SecureRandom random) {
        return new Seed();
    }

    public NKey publicKey() {
        return new NKey();
    }

    /** ASCII text form for a file of keys; the caller wipes it. */
    public byte[] encoded() {
        return new byte[0];
    }

    @Override
    public void close() {}
}
