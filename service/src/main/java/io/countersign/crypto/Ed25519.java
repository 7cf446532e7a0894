// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/** The Ed25519 implementation in use. Safe for use by many threads. */
public interface Ed25519 {
    /** For {@code countersign version} and logs, for example {@code AWS-LC (ACCP 2.5.0)}. */
    String providerName();

    Signer signer(Seed seed);

    /**
     * True if the 64-byte signature is good; any other length, S ≥ L and malleated ones are false,
     * never an exception.
     */
    boolean verify(NKey key, byte[] message, int offset, int length, byte[] signature);
}
