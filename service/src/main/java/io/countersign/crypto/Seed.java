// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A private NATS key (reference 5.1). Prints {@code Seed[redacted]}, has no equality, and wipes its
 * bytes on close; after that only {@link #publicKey()} still answers. Signers and boxes made from
 * it keep what they need and outlive it. Safe for use by many threads.
 */
public final class Seed implements AutoCloseable {
    private static final int RAW_LENGTH = 32;
    private static final int TEXT_LENGTH = 58;
    private static final int MARKER = 144;

    private final NKey publicKey;
    private final byte[] secret;
    private boolean closed;

    private Seed(NKey publicKey, byte[] secret) {
        this.publicKey = publicKey;
        this.secret = secret;
    }

    /**
     * Parses the ASCII text form ({@code SA…}); surrounding white space is allowed, the caller
     * wipes its array.
     */
    public static Seed parse(byte[] ascii) throws InvalidKey {
        int start = 0;
        int end = ascii.length;
        while (start < end && isSpace(ascii[start])) {
            start++;
        }
        while (start < end && isSpace(ascii[end - 1])) {
            end--;
        }
        if (end - start != TEXT_LENGTH) {
            throw new InvalidKey("seed: " + (end - start) + " characters (expected: 58)");
        }
        byte[] coded = Base32.decode(ascii, start, TEXT_LENGTH);
        try {
            return decode(coded);
        } finally {
            Arrays.fill(coded, (byte) 0);
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    private static Seed decode(byte[] coded) throws InvalidKey {
        if (!Crc16.isSealed(coded)) {
            throw new InvalidKey("seed: checksum does not match");
        }
        int first = coded[0] & 0xff;
        int second = coded[1] & 0xff;
        if ((first & 0xf8) != MARKER || (second & 7) != 0) {
            throw new InvalidKey("seed: not marked as one (expected: S and the letter of a type)");
        }
        NKeyType type =
                NKeyType.ofPrefix(((first & 7) << 5) | (second >> 3))
                        .orElseThrow(() -> new InvalidKey("seed: not a type of key that has one"));
        return of(type, Arrays.copyOfRange(coded, 2, 2 + RAW_LENGTH));
    }

    /**
     * Reads a seed file.
     *
     * @throws IOException if it cannot be read, or others than its owner have access to it; the
     *     message then says which {@code chmod} helps
     */
    public static Seed read(Path file) throws IOException, InvalidKey {
        byte[] ascii = SeedFile.read(file);
        try {
            return parse(ascii);
        } catch (InvalidKey e) {
            throw new InvalidKey(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(ascii, (byte) 0);
        }
    }

    public static Seed generate(NKeyType type, SecureRandom random) {
        byte[] secret = new byte[RAW_LENGTH];
        random.nextBytes(secret);
        try {
            return of(type, secret);
        } catch (InvalidKey e) {
            // A random scalar that gives a point of small order: broken randomness, not bad luck.
            throw new IllegalStateException("random source gave a weak key", e);
        }
    }

    /** Takes the array over. */
    private static Seed of(NKeyType type, byte[] secret) throws InvalidKey {
        BouncyCastleSettings.pureJava();
        byte[] key = new byte[RAW_LENGTH];
        if (type == NKeyType.CURVE) {
            X25519.scalarMultBase(secret, 0, key, 0);
        } else {
            org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(secret, 0, key, 0);
        }
        return new Seed(NKey.of(type, key), secret);
    }

    public NKey publicKey() {
        return publicKey;
    }

    /** ASCII text form for a file of keys; the caller wipes it. */
    public byte[] encoded() {
        byte[] coded = new byte[2 + RAW_LENGTH + 2];
        int prefix = publicKey.type().prefix();
        coded[0] = (byte) (MARKER | (prefix >> 5));
        coded[1] = (byte) ((prefix & 31) << 3);
        byte[] copy = secret();
        try {
            System.arraycopy(copy, 0, coded, 2, RAW_LENGTH);
            Crc16.seal(coded);
            return Base32.encode(coded);
        } finally {
            Arrays.fill(copy, (byte) 0);
            Arrays.fill(coded, (byte) 0);
        }
    }

    /**
     * Writes the text form and a line end to a new file that only its owner can read (mode 600).
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one: a key is never overwritten
     */
    public void write(Path file) throws IOException {
        byte[] text = encoded();
        try {
            SeedFile.write(file, text);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** A copy of the 32 secret bytes; the caller wipes it. */
    synchronized byte[] secret() {
        if (closed) {
            throw new IllegalStateException("seed of " + publicKey + ": closed");
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
        return "Seed[redacted]";
    }
}
