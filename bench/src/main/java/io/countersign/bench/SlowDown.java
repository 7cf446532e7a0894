// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.Receipt;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A regression that is planted, to see that it is noticed: forgets entries as a path without a
 * trail does, but verifies signatures and makes garbage first. Signatures, because the floor is
 * made of them: the slow-down is then as large against the floor on every machine. Not thread-safe.
 */
final class SlowDown implements AuditTrail {
    /** One is half a floor. */
    private static final int SIGNATURES = 2;

    private static final int BYTES = 4_000;
    private static final byte[] MESSAGE = "x".repeat(1_200).getBytes(StandardCharsets.US_ASCII);

    private final Ed25519 ed25519;
    private final Signer signer;
    private final byte[] signature;
    private byte[] garbage = new byte[0];

    SlowDown(Ed25519 ed25519) {
        this.ed25519 = ed25519;
        signer = ed25519.signer(Seed.generate(NKeyType.ACCOUNT, new SecureRandom()));
        signature = signer.sign(MESSAGE);
    }

    @Override
    public CompletableFuture<Receipt> submit(AuditEntry entry) {
        for (int i = 0; i < SIGNATURES; i++) {
            if (!ed25519.verify(signer.key(), MESSAGE, 0, MESSAGE.length, signature)) {
                throw new IllegalStateException("our own signature is not good");
            }
        }
        garbage = new byte[BYTES + garbage.length % 2];
        return DecisionPath.forget(entry);
    }
}
