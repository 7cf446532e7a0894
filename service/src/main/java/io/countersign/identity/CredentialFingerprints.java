// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Credential.Certificate;
import io.countersign.identity.Credential.NKeyChallenge;
import io.countersign.identity.Credential.None;
import io.countersign.identity.Credential.Password;
import io.countersign.identity.Credential.SessionName;
import io.countersign.identity.Credential.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Names credentials in audit entries and revocations: the same credential has the same fingerprint
 * on every instance that shares the key, and without the key nobody can try guesses against one.
 * Thread-safe.
 */
public final class CredentialFingerprints {
    private final KeyedHash hash;

    public CredentialFingerprints(KeyedHash hash) {
        this.hash = hash;
    }

    /** What to call this credential; a bare name and nothing at all have no fingerprint. */
    public CredentialRef of(Credential credential) {
        return switch (credential) {
            // With the user: two users with one password must not be recognisable as such.
            case Password(String user, Secret secret, _) ->
                    ref(credential, user.getBytes(StandardCharsets.UTF_8), secret.bytes());
            case Token(Secret secret) -> ref(credential, secret.bytes());
            case NKeyChallenge(String nkey, _, _) ->
                    ref(credential, nkey.getBytes(StandardCharsets.UTF_8));
            case Certificate(var pem) ->
                    ref(credential, pem.getFirst().getBytes(StandardCharsets.UTF_8));
            case SessionName _, None _ -> new CredentialRef(credential.kind(), "");
        };
    }

    /** What to call all that was presented: the first of it, as it is the first to be looked at. */
    public CredentialRef of(Credentials credentials) {
        return credentials
                .refusal()
                .map(refusal -> new CredentialRef(refusal.kind(), ""))
                .orElseGet(() -> of(credentials.presented().getFirst()));
    }

    private CredentialRef ref(Credential credential, byte[]... parts) {
        byte[] kind = credential.kind().word().getBytes(StandardCharsets.US_ASCII);
        int length = kind.length;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length).put(kind);
        for (byte[] part : parts) {
            all.putInt(part.length).put(part);
        }
        return new CredentialRef(credential.kind(), hash.fingerprint(all.array()));
    }
}
