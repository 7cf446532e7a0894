// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 of AWS-LC through the Amazon Corretto Crypto Provider, about four times as fast as Bouncy
 * Castle at signing. {@link Signature} objects are kept initialised per key (see {@link
 * SignaturePool}).
 */
final class AwsLcEd25519 implements Ed25519 {
    private static final int SIGNATURE_LENGTH = 64;
    private static final long MOST_KEYS = 1024;

    /** What stands in front of the 32 bytes in PKCS#8 and X.509 (RFC 8410). */
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Provider provider;
    private final String name;
    private final Cache<NKey, SignaturePool> verifiers =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_KEYS).build();

    private AwsLcEd25519(Provider provider, String name) {
        this.provider = provider;
        this.name = name;
    }

    /** What came of loading the native library. */
    sealed interface Load {}

    record Loaded(Ed25519 provider) implements Load {}

    record Missing(String reason) implements Load {}

    /** Loads the provider and lets it sign and verify once. */
    static Load load() {
        // Read when the class below is initialised; without it there is no Ed25519 key factory.
        System.setProperty("com.amazon.corretto.crypto.provider.registerEdKeyFactory", "true");
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            @Nullable Throwable error = provider.getLoadingError();
            if (error != null) {
                return new Missing(reason(error));
            }
            AwsLcEd25519 found =
                    new AwsLcEd25519(provider, "AWS-LC (ACCP " + provider.getVersionStr() + ")");
            return found.works() ? new Loaded(found) : new Missing("self-test failed");
        } catch (GeneralSecurityException | InvalidKey | LinkageError | IllegalStateException e) {
            return new Missing(reason(e));
        }
    }

    /** The innermost cause, in one line. */
    private static String reason(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; depth < 10 && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        String message = Objects.requireNonNullElse(cause.getMessage(), "no message");
        String line = message.lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + line;
    }

    /** RFC 8032, 7.1, test 1, with the private key of a NATS account (reference, appendix A). */
    private boolean works() throws GeneralSecurityException, InvalidKey {
        byte[] key =
                HexFormat.of()
                        .parseHex(
                                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        byte[] signature =
                HexFormat.of()
                        .parseHex(
                                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                                        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        verifier(NKey.of(NKeyType.ACCOUNT, key)).take();
        return verify(NKey.of(NKeyType.ACCOUNT, key), new byte[0], 0, 0, signature);
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
        byte[] coded = join(PKCS8, secret);
        try {
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519", provider)
                            .generatePrivate(new PKCS8EncodedKeySpec(coded));
            return new PooledSigner(seed.publicKey(), SignaturePool.signing(provider, key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AWS-LC refuses the key of " + seed.publicKey(), e);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(coded, (byte) 0);
        }
    }

    @Override
    public boolean verify(NKey key, byte[] message, int offset, int length, byte[] signature) {
        Objects.checkFromIndexSize(offset, length, message.length);
        if (signature.length != SIGNATURE_LENGTH || key.type() == NKeyType.CURVE) {
            return false;
        }
        try {
            SignaturePool pool = verifiers.get(key, this::verifierOrNull);
            if (pool == null) {
                return false;
            }
            Signature engine = pool.take();
            engine.update(message, offset, length);
            boolean good = engine.verify(signature);
            pool.giveBack(engine);
            return good;
        } catch (InvalidKeyException | SignatureException e) {
            // Not given back: what was fed to it would become part of the next message.
            return false;
        }
    }

    private @Nullable SignaturePool verifierOrNull(NKey key) {
        try {
            return verifier(key);
        } catch (InvalidKeySpecException notOnTheCurve) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AWS-LC has no Ed25519 any more", e);
        }
    }

    private SignaturePool verifier(NKey key) throws GeneralSecurityException {
        PublicKey decoded =
                KeyFactory.getInstance("Ed25519", provider)
                        .generatePublic(new X509EncodedKeySpec(join(X509, key.bytes())));
        return SignaturePool.verifying(provider, decoded);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    @Override
    public String toString() {
        return name;
    }

    private record PooledSigner(NKey key, SignaturePool pool) implements Signer {
        @Override
        public byte[] sign(byte[] message, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, message.length);
            try {
                Signature engine = pool.take();
                engine.update(message, offset, length);
                byte[] signature = engine.sign();
                pool.giveBack(engine);
                return signature;
            } catch (InvalidKeyException | SignatureException e) {
                throw new IllegalStateException("AWS-LC could not sign as " + key, e);
            }
        }

        @Override
        public String toString() {
            return "Signer[" + key + "]";
        }
    }
}
