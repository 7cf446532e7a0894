// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text of a {@code .creds} file: a user JWT and the seed that it needs, in the form of nsc. Close
 * it to wipe the seed. Reading and writing files is the caller's.
 */
public final class CredsFile implements AutoCloseable {
    private static final String JWT_MARK = "NATS USER JWT";
    private static final String SEED_MARK = "NKEY SEED";
    private static final int MAX_BYTES = 1 << 20;

    private final byte[] jwt;
    private final Seed seed;

    private CredsFile(byte[] jwt, Seed seed) {
        this.jwt = jwt;
        this.seed = seed;
    }

    /** The user JWT, as it stands there: not verified. */
    public byte[] jwt() {
        return jwt.clone();
    }

    /** Lives as long as this object. */
    public Seed seed() {
        return seed;
    }

    /**
     * The file's text; the caller writes it for the owner's eyes only, and wipes it.
     *
     * @param seed of the user that the JWT is for
     */
    public static byte[] write(byte[] userJwt, Seed seed) {
        byte[] secret = seed.encoded();
        try {
            byte[] head = ascii("-----BEGIN NATS USER JWT-----\n");
            byte[] middle =
                    ascii(
                            """

                            ------END NATS USER JWT------

                            ************************* IMPORTANT *************************
                            NKEY Seed printed below can be used to sign and prove identity.
                            NKEYs are sensitive and should be treated as secrets.

                            -----BEGIN USER NKEY SEED-----
                            """);
            byte[] tail =
                    ascii(
                            """

                            ------END USER NKEY SEED------

                            *************************************************************
                            """);
            return concat(head, userJwt, middle, secret, tail);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Reads the text; the caller wipes its array.
     *
     * @throws InvalidJwt if there is no JWT block; its text is not checked further
     * @throws InvalidKey if there is no good seed of a user
     */
    public static CredsFile parse(byte[] text) throws InvalidJwt, InvalidKey {
        if (text.length > MAX_BYTES) {
            throw new InvalidJwt(
                    "creds: %d bytes (expected: <= %d)".formatted(text.length, MAX_BYTES));
        }
        byte[] jwt = lineAfter(text, JWT_MARK);
        if (jwt.length == 0) {
            throw new InvalidJwt("creds: no JWT (expected: a block BEGIN " + JWT_MARK + ")");
        }
        byte[] secret = lineAfter(text, SEED_MARK);
        try {
            if (secret.length == 0) {
                throw new InvalidKey(
                        "creds: no seed (expected: a block BEGIN USER " + SEED_MARK + ")");
            }
            Seed seed = Seed.parse(secret);
            if (seed.publicKey().type() != NKeyType.USER) {
                seed.close();
                throw new InvalidKey("creds: seed of another type (expected: of a user, SU...)");
            }
            return new CredsFile(jwt, seed);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** The line that follows the first BEGIN line with this mark; empty if there is none. */
    private static byte[] lineAfter(byte[] text, String mark) {
        byte[] begin = ascii("BEGIN ");
        byte[] marked = ascii(mark);
        for (int from = 0; from < text.length; ) {
            int end = endOfLine(text, from);
            boolean found =
                    text[from] == '-'
                            && indexOf(text, from, end, begin) >= 0
                            && indexOf(text, from, end, marked) >= 0;
            from = Math.min(end + 1, text.length);
            if (found) {
                int lineEnd = endOfLine(text, from);
                boolean carriage = lineEnd > from && text[lineEnd - 1] == '\r';
                return Arrays.copyOfRange(text, from, carriage ? lineEnd - 1 : lineEnd);
            }
        }
        return new byte[0];
    }

    private static int endOfLine(byte[] text, int from) {
        int i = from;
        while (i < text.length && text[i] != '\n') {
            i++;
        }
        return i;
    }

    private static int indexOf(byte[] text, int from, int to, byte[] sought) {
        for (int i = from; i + sought.length <= to; i++) {
            if (Arrays.equals(text, i, i + sought.length, sought, 0, sought.length)) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Override
    public void close() {
        seed.close();
    }

    @Override
    public String toString() {
        return "CredsFile[" + seed.publicKey() + "]";
    }
}
