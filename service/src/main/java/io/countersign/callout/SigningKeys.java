// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.Secrets;
import io.countersign.config.SigningKey;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.SigningUnavailable;
import io.countersign.crypto.pkcs11.Token;
import io.countersign.vault.TransitKey;
import io.countersign.vault.TransitSigner;
import io.countersign.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes signers of keys wherever they are. Those that sign elsewhere are asked for one signature
 * before they are used, and are kept: a reload asks nobody about a key that did not change. Not
 * thread-safe: one load at a time.
 */
public final class SigningKeys {
    private static final byte[] PROBE =
            "countersign: does this key sign?".getBytes(StandardCharsets.US_ASCII);

    private final Ed25519 ed25519;
    private final Secrets secrets;
    private final Map<SigningKey, Signer> elsewhere = new HashMap<>();
    private final Map<SigningKey.TokenAccess, Token> tokens = new HashMap<>();

    public SigningKeys(Ed25519 ed25519, Secrets secrets) {
        this.ed25519 = ed25519;
        this.secrets = secrets;
    }

    /**
     * The signer of a key.
     *
     * @throws IOException if the key cannot be had, or does not sign
     */
    public Signer signer(SigningKey key, NKeyType type) throws IOException, InvalidKey {
        if (key instanceof SigningKey.Kept(var source)) {
            try (Seed seed = secrets.seed(source, type)) {
                return ed25519.signer(seed);
            }
        }
        @Nullable Signer known = elsewhere.get(key);
        if (known != null) {
            return known;
        }
        Signer signer = proved(key, opened(key, type));
        elsewhere.put(key, signer);
        return signer;
    }

    private Signer opened(SigningKey key, NKeyType type) throws IOException, InvalidKey {
        return switch (key) {
            case SigningKey.Kept _ -> throw new IllegalArgumentException("a seed is not elsewhere");
            case SigningKey.InTransit(var access, var mount, var name, int version) -> {
                Vault vault = secrets.vault(access);
                try {
                    yield TransitSigner.of(vault, new TransitKey(mount, name, version), type);
                } catch (IOException | InvalidKey | RuntimeException e) {
                    vault.close();
                    throw e;
                }
            }
            case SigningKey.OnToken(var access, var label) -> token(access).signer(label, type);
        };
    }

    private Token token(SigningKey.TokenAccess access) throws IOException {
        @Nullable Token known = tokens.get(access);
        if (known != null) {
            return known;
        }
        Token token = Token.open(access.module(), access.label(), () -> secrets.line(access.pin()));
        tokens.put(access, token);
        return token;
    }

    /** A token can have another private key under the label than the public one beside it. */
    private Signer proved(SigningKey key, Signer signer) throws IOException {
        try {
            if (ed25519.verify(signer.key(), PROBE, 0, PROBE.length, signer.sign(PROBE))) {
                return signer;
            }
        } catch (SigningUnavailable e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
        throw new IOException(
                key + ": its signature does not fit its public key " + signer.key().text());
    }
}
