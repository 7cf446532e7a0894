// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto.pkcs11;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.crypto.SigningUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#11 token that we are logged in at, and the Ed25519 keys on it. Seeds never come here: they
 * sign where they are. Keeps a few sessions open; a session that failed is not used again, and a
 * token that forgot us (unplugged, restarted) is logged in at once more. Safe for use by many
 * threads.
 */
public final class Token implements AutoCloseable {
    /** Signatures at once; tokens have few sessions, and a good one answers in a millisecond. */
    private static final int AT_ONCE = 16;

    /** What a signature may wait for its turn: a third of a login's budget. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final int RAW_LENGTH = 32;

    private final Cryptoki module;
    private final String label;
    private final Pin pin;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final BlockingQueue<Long> idle = new ArrayBlockingQueue<>(AT_ONCE);

    /** Where the PIN is. */
    @FunctionalInterface
    public interface Pin {
        /** The PIN's bytes; the caller wipes them. */
        byte[] read() throws IOException;
    }

    private Token(Cryptoki module, String label, Pin pin) {
        this.module = module;
        this.label = label;
        this.pin = pin;
    }

    /**
     * Finds the token by its label and logs in.
     *
     * @throws IOException if the module cannot be loaded, no such token is there, or the PIN is
     *     wrong; a token locks itself after a few wrong PINs, so it is never tried twice
     */
    public static Token open(Path module, String label, Pin pin) throws IOException {
        Token token = new Token(Cryptoki.load(module), label, pin);
        token.giveBack(token.loggedIn());
        return token;
    }

    private long loggedIn() throws IOException {
        long slot =
                module.slot(label)
                        .orElseThrow(() -> new IOException("no token \"" + label + "\" in a slot"));
        long session = module.openSession(slot);
        byte[] secret = pin.read();
        try {
            module.login(session, secret);
            return session;
        } catch (TokenFault e) {
            module.closeSession(session);
            throw e;
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * A key pair by its label.
     *
     * @param type what its public half is to NATS
     * @throws IOException if there is none or more than one, or the token fails
     */
    public Signer signer(String keyLabel, NKeyType type) throws IOException, InvalidKey {
        long session = take();
        try {
            byte[] point = module.point(session, only(session, Cryptoki.Kind.PUBLIC_KEY, keyLabel));
            NKey key = NKey.of(type, raw(point));
            long handle = only(session, Cryptoki.Kind.PRIVATE_KEY, keyLabel);
            giveBack(session);
            return new KeyOnToken(key, keyLabel, handle);
        } catch (IOException | InvalidKey e) {
            module.closeSession(session);
            throw e;
        }
    }

    private long only(long session, Cryptoki.Kind kind, String keyLabel) throws IOException {
        long[] found = module.find(session, kind, keyLabel);
        if (found.length != 1) {
            throw new IOException(
                    "token \"%s\": %s \"%s\" with Ed25519 (expected: exactly one; %s)"
                            .formatted(
                                    label,
                                    found.length == 0 ? "no key" : "several keys",
                                    keyLabel,
                                    kind == Cryptoki.Kind.PUBLIC_KEY
                                            ? "the public half has to be there, too"
                                            : "the private half"));
        }
        return found[0];
    }

    /** A DER octet string by the standard; some tokens leave its head out. */
    private static byte[] raw(byte[] point) throws InvalidKey {
        if (point.length == RAW_LENGTH) {
            return point;
        }
        if (point.length == RAW_LENGTH + 2 && point[0] == 4 && point[1] == RAW_LENGTH) {
            return Arrays.copyOfRange(point, 2, point.length);
        }
        throw new InvalidKey("token: a public key of " + point.length + " bytes (expected: 32)");
    }

    private long take() throws IOException {
        @Nullable Long session = idle.poll();
        if (session != null) {
            return session;
        }
        try {
            return loggedIn();
        } catch (TokenFault e) {
            if (e.code() != TokenFault.SESSION_COUNT) {
                throw e;
            }
            return another(e);
        }
    }

    /** The token has no more sessions, so one that is under way has to end first. */
    private long another(TokenFault full) throws IOException {
        try {
            @Nullable Long session = idle.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (session == null) {
                throw full;
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void giveBack(long session) {
        if (!idle.offer(session)) {
            module.closeSession(session);
        }
    }

    /** Closes its sessions; others of this process stay logged in. */
    @Override
    public void close() {
        for (@Nullable Long session = idle.poll(); session != null; session = idle.poll()) {
            module.closeSession(session);
        }
    }

    @Override
    public String toString() {
        return "Token[" + label + "]";
    }

    /** One key. Its handle is found anew when the token does not know it any more. */
    private final class KeyOnToken implements Signer {
        private final NKey key;
        private final String keyLabel;
        private volatile long handle;

        KeyOnToken(NKey key, String keyLabel, long handle) {
            this.key = key;
            this.keyLabel = keyLabel;
            this.handle = handle;
        }

        @Override
        public NKey key() {
            return key;
        }

        @Override
        public byte[] sign(byte[] message, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, message.length);
            boolean placed = false;
            try {
                placed = places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (!placed) {
                    throw new SigningUnavailable(Token.this + ": too many signatures under way");
                }
                return signed(message, offset, length);
            } catch (IOException e) {
                throw new SigningUnavailable(Token.this + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SigningUnavailable(Token.this + ": interrupted", e);
            } finally {
                if (placed) {
                    places.release();
                }
            }
        }

        private byte[] signed(byte[] message, int offset, int length) throws IOException {
            try {
                return once(message, offset, length);
            } catch (TokenFault e) {
                if (!forgotUs(e.code())) {
                    throw e;
                }
                Token.this.close(); // what is idle was opened before, too
                long session = loggedIn();
                handle = only(session, Cryptoki.Kind.PRIVATE_KEY, keyLabel);
                giveBack(session);
                return once(message, offset, length);
            }
        }

        private byte[] once(byte[] message, int offset, int length) throws IOException {
            long session = take();
            try {
                byte[] signature = module.sign(session, handle, message, offset, length);
                giveBack(session);
                return signature;
            } catch (TokenFault e) {
                module.closeSession(session);
                throw e;
            }
        }

        private static boolean forgotUs(long code) {
            return code == TokenFault.SESSION_HANDLE_INVALID
                    || code == TokenFault.SESSION_CLOSED
                    || code == TokenFault.USER_NOT_LOGGED_IN
                    || code == TokenFault.KEY_HANDLE_INVALID
                    || code == TokenFault.OBJECT_HANDLE_INVALID
                    || code == TokenFault.DEVICE_REMOVED
                    || code == TokenFault.TOKEN_NOT_PRESENT;
        }

        @Override
        public String toString() {
            return "Signer[" + key + " on " + label + "]";
        }
    }
}
