// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.identity.Credential.Certificate;
import io.countersign.kit.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateTest {
    private static final String LEAF = pem("leaf.pem");
    private static final String CA = pem("ca.pem");

    @Test
    void decode_chain_givesTheLeafFirst() throws CertificateException {
        assertThat(new Certificate(List.of(LEAF, CA)).decode(Requests.NOW))
                .extracting(c -> c.getSubjectX500Principal().getName())
                .containsExactly("CN=leaf,O=Countersign tests", "CN=Test CA,O=Countersign tests");
    }

    // Item 33.
    @ParameterizedTest
    @MethodSource
    void decode_anythingButOneCertificateEach_isRefused(String element) {
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> new Certificate(List.of(element)).decode(Requests.NOW));
    }

    static Stream<String> decode_anythingButOneCertificateEach_isRefused() {
        return Stream.of(
                "",
                "garbage",
                LEAF + CA,
                LEAF + "trailing",
                "leading " + LEAF,
                LEAF.replace("CERTIFICATE", "PRIVATE KEY"),
                LEAF.replaceFirst("\n.{10}", "\n*"),
                LEAF.substring(0, LEAF.length() / 2),
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
                pem("expired.pem"));
    }

    static String pem(String name) {
        try (InputStream file =
                Objects.requireNonNull(
                        CertificateTest.class.getResourceAsStream("certificates/" + name))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
