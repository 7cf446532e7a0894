// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm;
import org.jspecify.annotations.Nullable;

/** Ed25519 of Bouncy Castle's lightweight interface: runs everywhere, slower than AWS-LC. */
final class BouncyCastleEd25519 implements Ed25519 {
    private static final int SIGNATURE_LENGTH = 64;
    private static final long MOST_KEYS = 1024;

    private final String name;
    private final Cache<NKey, Ed25519PublicKeyParameters> keys =
            Caffeine.newBuilder().maximumSize(MOST_KEYS).build();

    BouncyCastleEd25519(String name) {
        BouncyCastleSettings.pureJava();
        this.name = name;
    }

    @Override
    public String providerName() {
        return name;
    }

    @Override
    public Signer signer(Seed seed) {
        if (seed.publicKey().type() == NKeyType.CURVE) {
            throw new IllegalArgumentException("seed: CURVE (expected: a type that signs)");
        }
        byte[] secret = seed.secret();
        try {
            return new KeySigner(seed.publicKey(), new Ed25519PrivateKeyParameters(secret, 0));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public boolean verify(NKey key, byte[] message, int offset, int length, byte[] signature) {
        Objects.checkFromIndexSize(offset, length, message.length);
        if (signature.length != SIGNATURE_LENGTH || key.type() == NKeyType.CURVE) {
            return false;
        }
        Ed25519PublicKeyParameters point = keys.get(key, BouncyCastleEd25519::point);
        return point != null
                && point.verify(Algorithm.Ed25519, null, message, offset, length, signature, 0);
    }

    private static @Nullable Ed25519PublicKeyParameters point(NKey key) {
        try {
            return new Ed25519PublicKeyParameters(key.bytes(), 0);
        } catch (IllegalArgumentException notOnTheCurve) {
            return null;
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private record KeySigner(NKey key, Ed25519PrivateKeyParameters secret) implements Signer {
        @Override
        public byte[] sign(byte[] message, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, message.length);
            byte[] signature = new byte[SIGNATURE_LENGTH];
            secret.sign(Algorithm.Ed25519, null, message, offset, length, signature, 0);
            return signature;
        }

        @Override
        public String toString() {
            return "Signer[" + key + "]";
        }
    }
}
