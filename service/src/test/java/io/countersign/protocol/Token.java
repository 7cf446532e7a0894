// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A token read with nothing of ours: the JDK's base64 and Ed25519, and jackson-databind (the rules
 * of reference 6).
 */
final class Token {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Token() {}

    /** The claims, after checking header, padding and signature as Go does. */
    static JsonNode claims(byte[] token) {
        String text = new String(token, StandardCharsets.US_ASCII);
        assertThat(text).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{86}");
        int firstDot = text.indexOf('.');
        int secondDot = text.lastIndexOf('.');
        assertThat(decode(text.substring(0, firstDot)))
                .isEqualTo("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}");
        try {
            JsonNode claims = JSON.readTree(decode(text.substring(firstDot + 1, secondDot)));
            byte[] signature = Base64.getUrlDecoder().decode(text.substring(secondDot + 1));
            assertThat(
                            verifies(
                                    claims.path("iss").asText(),
                                    text.substring(0, secondDot),
                                    signature))
                    .as("signature by iss")
                    .isTrue();
            return claims;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean verifies(String issuer, String signed, byte[] signature) {
        try {
            byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
            byte[] coded = Arrays.copyOf(prefix, prefix.length + 32);
            System.arraycopy(NKey.parse(issuer).bytes(), 0, coded, prefix.length, 32);
            Signature ed25519 = Signature.getInstance("Ed25519", "SunEC");
            ed25519.initVerify(
                    KeyFactory.getInstance("Ed25519", "SunEC")
                            .generatePublic(new X509EncodedKeySpec(coded)));
            ed25519.update(signed.getBytes(StandardCharsets.US_ASCII));
            return ed25519.verify(signature);
        } catch (GeneralSecurityException | InvalidKey e) {
            throw new AssertionError(e);
        }
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    /** Compares the claims, with the order of members, to {@code golden/<name>.json}. */
    static void assertGolden(byte[] token, String name) {
        try (InputStream in = Token.class.getResourceAsStream("golden/" + name + ".json")) {
            assertThat(in).as("golden file %s", name).isNotNull();
            String expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(JSON.writeValueAsString(claims(token)).strip())
                    .as(name)
                    .isEqualTo(expected.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
