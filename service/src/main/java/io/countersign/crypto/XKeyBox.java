// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens messages with one of our xkeys ({@code xkv1}, reference 5). X25519 with a peer is
 * a hundred times as dear as the rest, and a server keeps its xkey for its life, so the key shared
 * with a peer is remembered: only once something from that peer has opened, because anybody can
 * make up public keys, and for a bounded number of peers. Thread-safe.
 *
 * <pre>
 * sealed = "xkv1" | nonce (24, random) | tag (16) | ciphertext
 * </pre>
 */
public final class XKeyBox {
    private static final byte[] VERSION = "xkv1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_AT = VERSION.length;
    private static final int BOX_AT = NONCE_AT + XSalsa20Poly1305.NONCE_LENGTH;

    /** What a sealed message is longer than its clear one. */
    public static final int OVERHEAD = BOX_AT + XSalsa20Poly1305.TAG_LENGTH;

    private final NKey key;
    private final byte[] scalar;
    private final SecureRandom random;
    private final Cache<NKey, XSalsa20Poly1305> shared;

    private XKeyBox(NKey key, byte[] scalar, SecureRandom random, int maxPeers) {
        this.key = key;
        this.scalar = scalar;
        this.random = random;
        this.shared = Caffeine.newBuilder().executor(Runnable::run).maximumSize(maxPeers).build();
    }

    /**
     * A box that outlives the seed.
     *
     * @param random for nonces
     * @param maxPeers how many peers' shared keys are remembered
     * @throws IllegalArgumentException if the seed is not one of a curve key
     */
    public static XKeyBox of(Seed curve, SecureRandom random, int maxPeers) {
        NKey key = curve.publicKey();
        if (key.type() != NKeyType.CURVE) {
            throw new IllegalArgumentException("seed: " + key.type() + " (expected: CURVE)");
        }
        return new XKeyBox(key, curve.secret(), random, maxPeers);
    }

    /** Our public xkey. */
    public NKey key() {
        return key;
    }

    /**
     * Opens a message.
     *
     * @param peer the public xkey of the sender
     * @throws BoxRefused if it is not for us, not from that peer, altered, cut, or not {@code xkv1}
     */
    public byte[] open(byte[] sealed, NKey peer) throws BoxRefused {
        if (sealed.length < OVERHEAD) {
            throw new BoxRefused("box: " + sealed.length + " bytes (expected: ≥ " + OVERHEAD + ")");
        }
        if (!Arrays.equals(sealed, 0, NONCE_AT, VERSION, 0, NONCE_AT)) {
            throw new BoxRefused("box: another version (expected: xkv1)");
        }
        @Nullable XSalsa20Poly1305 known = shared.getIfPresent(peer);
        if (known != null) {
            return known.open(sealed, NONCE_AT, BOX_AT);
        }
        XSalsa20Poly1305 computed = agree(peer);
        byte[] clear = computed.open(sealed, NONCE_AT, BOX_AT);
        shared.put(peer, computed);
        return clear;
    }

    /**
     * Seals a message under a fresh nonce.
     *
     * @param peer the public xkey of the receiver
     * @throws IllegalArgumentException if it is not a curve key
     */
    public byte[] seal(byte[] clear, NKey peer) {
        byte[] nonce = new byte[XSalsa20Poly1305.NONCE_LENGTH];
        random.nextBytes(nonce);
        return seal(clear, peer, nonce);
    }

    /**
     * Seals what stands behind the first {@link #OVERHEAD} bytes, in the same array: an answer is
     * the largest thing that a decision makes, and need not be made twice.
     *
     * @return the array
     */
    public byte[] sealInPlace(byte[] message, NKey peer) {
        byte[] nonce = new byte[XSalsa20Poly1305.NONCE_LENGTH];
        random.nextBytes(nonce);
        return seal(message, OVERHEAD, peer, nonce, message);
    }

    /** With a given nonce, for test vectors: the same one twice under one key gives both away. */
    byte[] seal(byte[] clear, NKey peer, byte[] nonce) {
        return seal(clear, 0, peer, nonce, new byte[OVERHEAD + clear.length]);
    }

    private byte[] seal(byte[] clear, int from, NKey peer, byte[] nonce, byte[] sealed) {
        @Nullable XSalsa20Poly1305 known = shared.getIfPresent(peer);
        XSalsa20Poly1305 cipher;
        try {
            cipher = known != null ? known : agree(peer);
        } catch (BoxRefused e) {
            throw new IllegalArgumentException("peer: " + e.getMessage(), e);
        }
        System.arraycopy(VERSION, 0, sealed, 0, NONCE_AT);
        System.arraycopy(nonce, 0, sealed, NONCE_AT, nonce.length);
        cipher.seal(nonce, clear, from, sealed, BOX_AT);
        return sealed;
    }

    /** True if the key shared with this peer is remembered. */
    boolean knows(NKey peer) {
        return shared.getIfPresent(peer) != null;
    }

    private XSalsa20Poly1305 agree(NKey peer) throws BoxRefused {
        if (peer.type() != NKeyType.CURVE) {
            throw new BoxRefused("xkey: type " + peer.type() + " (expected: CURVE)");
        }
        byte[] secret = new byte[X25519.POINT_SIZE];
        try {
            // False for all zeros, which a peer forces with a point of small order (RFC 7748, 6.1).
            // NKey refuses those already; this does not rely on its list.
            if (!X25519.calculateAgreement(scalar, 0, peer.bytes(), 0, secret, 0)) {
                throw new BoxRefused("xkey: no shared secret with this key");
            }
            return XSalsa20Poly1305.ofSharedSecret(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "XKeyBox[" + key + "]";
    }
}
