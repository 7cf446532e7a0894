// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Credential.Certificate;
import io.countersign.identity.Credential.NKeyChallenge;
import io.countersign.identity.Credential.None;
import io.countersign.identity.Credential.Password;
import io.countersign.identity.Credential.SessionName;
import io.countersign.identity.Credential.Token;
import io.countersign.kit.Requests;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CredentialFingerprintsTest {
    private final CredentialFingerprints ours =
            new CredentialFingerprints(KeyedHash.of(new byte[32]));

    @Test
    void of_differentCredentials_differ() {
        Set<String> fingerprints =
                Stream.of(
                                new Password("alice", Secret.of("x"), false),
                                new Password("bob", Secret.of("x"), false),
                                new Password("alice", Secret.of("y"), false),
                                new Password("alicex", Secret.of(""), false),
                                new Token(Secret.of("x")),
                                new NKeyChallenge("x", "n", "s"),
                                new Certificate(List.of("x")))
                        .map(ours::of)
                        .map(CredentialRef::fingerprint)
                        .collect(Collectors.toSet());

        assertThat(fingerprints).hasSize(7);
    }

    @Test
    void of_sameCredential_isTheSameWhereTheKeyIs() {
        Credential token = new Token(Secret.of("t"));
        CredentialFingerprints others =
                new CredentialFingerprints(
                        KeyedHash.of(
                                new byte[] {
                                    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
                                }));

        assertThat(new CredentialFingerprints(KeyedHash.of(new byte[32])).of(token))
                .isEqualTo(ours.of(token));
        assertThat(others.of(token)).isNotEqualTo(ours.of(token));
    }

    /** Each login signs another nonce with the same key. */
    @Test
    void of_nkeyWithAnotherNonce_isTheSame() {
        assertThat(ours.of(new NKeyChallenge("U", "n1", "s1")))
                .isEqualTo(ours.of(new NKeyChallenge("U", "n2", "s2")));
    }

    @Test
    void of_nameOrNothing_hasNoFingerprint() {
        assertThat(ours.of(new SessionName("alice")))
                .isEqualTo(new CredentialRef(CredentialKind.SESSION, ""));
        assertThat(ours.of(new None())).isEqualTo(CredentialRef.NONE);
    }

    @Test
    void of_allThatWasPresented_namesTheFirst() {
        Credentials both =
                Credentials.of(Requests.server().token("t").password("a", "p").verified());
        Credentials huge = Credentials.of(Requests.server().token("t".repeat(9000)).verified());

        assertThat(ours.of(both)).isEqualTo(ours.of(new Token(Secret.of("t"))));
        assertThat(ours.of(huge)).isEqualTo(new CredentialRef(CredentialKind.TOKEN, ""));
    }
}
