// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.countersign.identity.Credential.Certificate;
import io.countersign.identity.Credential.NKeyChallenge;
import io.countersign.kit.Requests;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class IdentityFuzzTest {
    @FuzzTest
    void parseCidr_anyText_isANetworkOrRefused(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            Cidr cidr = Cidr.parse(text);
            assertThat(Cidr.parse(cidr.toString())).isEqualTo(cidr);
            assertThat(cidr.contains(cidr.toString().replaceFirst("/.*", ""))).isTrue();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).startsWith("network: ").hasSizeLessThan(200);
        }
    }

    /** With U+0001 between: user, password, token, nkey, signature, nonce, certificate. */
    @FuzzTest
    void ofRequest_anyConnect_isSortedOutWithoutShowingSecrets(byte[] data) {
        String[] all = new String(data, StandardCharsets.UTF_8).split("\u0001", 7);
        String[] line = Arrays.copyOf(all, 7);
        Arrays.setAll(line, i -> i < all.length ? all[i] : "");
        String secret = "s3cret" + line[1];
        Credentials credentials =
                Credentials.of(
                        Requests.server()
                                .nkey(line[3], line[4], line[5])
                                .token(line[2])
                                .password(line[0], secret)
                                .tlsVerified(line[6])
                                .verified());

        assertThat(credentials.presented()).isNotEmpty();
        assertThat(credentials.presentedName().getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(Credentials.MOST_NAME_BYTES);
        if (!(line[0] + line[3]).contains("s3cret")) {
            assertThat(credentials.toString()).doesNotContain("s3cret");
        }
        for (Credential credential : credentials.presented()) {
            switch (credential) {
                case NKeyChallenge challenge -> challenge.signatureBytes();
                case Certificate certificate -> decode(certificate);
                default -> assertThat(credential.kind()).isNotEqualTo(CredentialKind.NONE);
            }
        }
    }

    private static void decode(Certificate certificate) {
        try {
            assertThat(certificate.decode(Requests.NOW)).hasSize(1);
        } catch (CertificateException e) {
            assertThat(e.getMessage()).isNotNull();
        }
    }
}
