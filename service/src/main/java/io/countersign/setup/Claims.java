// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Sha2;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The claims of a token as JSON, and a token of claims: so that what others put there stays as it
 * is when one of them changes. Safe for use by many threads.
 */
final class Claims {
    private static final String HEADER =
            encoded("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.UTF_8));
    private static final ObjectMapper JSON = new ObjectMapper();

    private Claims() {}

    /** Of a token whose form and signature were checked before. */
    static ObjectNode of(byte[] jwt) throws JsonProcessingException {
        String[] parts = new String(jwt, StandardCharsets.US_ASCII).split("\\.", -1);
        byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
        return (ObjectNode) JSON.readTree(new String(claims, StandardCharsets.UTF_8));
    }

    /** With issuer and a fresh id. */
    static byte[] signed(ObjectNode claims, Signer issuer) throws JsonProcessingException {
        claims.put("iss", issuer.key().text());
        claims.remove("jti");
        // Any unique value will do: nobody checks it (reference 6.3).
        byte[] without = JSON.writeValueAsBytes(claims);
        claims.put("jti", HexFormat.of().formatHex(Sha2.SHA_256.of(without)));
        String input = HEADER + "." + encoded(JSON.writeValueAsBytes(claims));
        byte[] signature = issuer.sign(input.getBytes(StandardCharsets.US_ASCII));
        return (input + "." + encoded(signature)).getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
