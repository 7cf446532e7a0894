// SPDX-License-Identifier: Apache-2.0
package io.countersign.vault;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.crypto.SigningUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/** Signs in Vault's Transit engine, one request a signature. Safe for use by many threads. */
public final class TransitSigner implements Signer {
    /** An allow takes two signatures and has 1.5 s for everything. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final Vault vault;
    private final TransitKey transit;
    private final NKey key;

    private TransitSigner(Vault vault, TransitKey transit, NKey key) {
        this.vault = vault;
        this.transit = transit;
        this.key = key;
    }

    /**
     * Asks for the public half.
     *
     * @param type what it is to NATS
     */
    public static TransitSigner of(Vault vault, TransitKey transit, NKeyType type)
            throws IOException, InvalidKey {
        return new TransitSigner(vault, transit, vault.publicKey(transit, type));
    }

    @Override
    public NKey key() {
        return key;
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, message.length);
        try {
            return vault.sign(transit, Arrays.copyOfRange(message, offset, offset + length), LIMIT);
        } catch (IOException e) {
            throw new SigningUnavailable(transit + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "Signer[" + key + " in " + transit + "]";
    }
}
