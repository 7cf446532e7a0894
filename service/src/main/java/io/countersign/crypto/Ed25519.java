// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.util.List;

/**
 * Ed25519 signatures (RFC 8032) of one provider. Make one at start and keep it: it remembers the
 * public keys that it has seen. Safe for use by many threads.
 */
public interface Ed25519 {
    /** AWS-LC where it loads, else Bouncy Castle, whose name then says why. */
    static Ed25519 best() {
        return switch (AwsLcEd25519.load()) {
            case AwsLcEd25519.Loaded(Ed25519 provider) -> provider;
            case AwsLcEd25519.Missing(String reason) ->
                    new BouncyCastleEd25519("Bouncy Castle (ACCP: " + reason + ")");
        };
    }

    /** Every provider that works here, best first; for tests, benchmarks and diagnosis. */
    static List<Ed25519> all() {
        Ed25519 bouncyCastle = new BouncyCastleEd25519("Bouncy Castle");
        return switch (AwsLcEd25519.load()) {
            case AwsLcEd25519.Loaded(Ed25519 provider) -> List.of(provider, bouncyCastle);
            case AwsLcEd25519.Missing(String _) -> List.of(bouncyCastle);
        };
    }

    /** For {@code countersign version} and logs, for example {@code AWS-LC (ACCP 2.5.0)}. */
    String providerName();

    /**
     * A signer that outlives the seed.
     *
     * @throws IllegalArgumentException for a curve seed, which cannot sign
     */
    Signer signer(Seed seed);

    /**
     * True if the 64-byte signature is good; any other length, S ≥ L and malleated ones are false,
     * never an exception. A curve key never signed anything: false.
     *
     * <p>Providers can differ only over a signature that the holder of the secret key has put a
     * point of small order into: RFC 8032, 5.1.7, leaves the verifier a choice, AWS-LC checks with
     * and Bouncy Castle without it. Nobody else can make one, so it lets nobody in who has no key.
     */
    boolean verify(NKey key, byte[] message, int offset, int length, byte[] signature);
}
