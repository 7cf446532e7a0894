// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Initialised {@link Signature} objects of one key, which cost more to make than to use again. Not
 * one per thread: every request has a virtual thread of its own. Never waits; what does not fit is
 * left to the garbage collector. Safe for use by many threads.
 */
final class SignaturePool {
    private static final int MOST_SIGNING = 32;
    private static final int MOST_VERIFYING = 8;

    private final Maker maker;
    private final BlockingQueue<Signature> idle;

    private SignaturePool(Maker maker, int most) {
        this.maker = maker;
        this.idle = new ArrayBlockingQueue<>(most);
    }

    @FunctionalInterface
    private interface Maker {
        Signature make() throws NoSuchAlgorithmException, InvalidKeyException;
    }

    static SignaturePool signing(Provider provider, PrivateKey key) {
        return new SignaturePool(
                () -> {
                    Signature engine = Signature.getInstance("Ed25519", provider);
                    engine.initSign(key);
                    return engine;
                },
                MOST_SIGNING);
    }

    static SignaturePool verifying(Provider provider, PublicKey key) {
        return new SignaturePool(
                () -> {
                    Signature engine = Signature.getInstance("Ed25519", provider);
                    engine.initVerify(key);
                    return engine;
                },
                MOST_VERIFYING);
    }

    /** One that has been fed nothing yet. */
    Signature take() throws InvalidKeyException {
        @Nullable Signature engine = idle.poll();
        if (engine != null) {
            return engine;
        }
        try {
            return maker.make();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the provider has no Ed25519 any more", e);
        }
    }

    /** Only after {@code sign} or {@code verify} has returned: an exception leaves bytes inside. */
    void giveBack(Signature engine) {
        // False when the pool is full; then this one is dropped.
        boolean _ = idle.offer(engine);
    }
}
