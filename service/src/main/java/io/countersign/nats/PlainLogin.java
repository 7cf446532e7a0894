// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a client presents in its CONNECT. Any combination: in operator mode an application's user
 * and password ride beside a sentinel's JWT.
 *
 * @param jwt a user JWT, ASCII
 * @param signer signs the server's nonce; without a JWT its public key is presented as an nkey
 */
public record PlainLogin(
        Optional<byte[]> jwt,
        Optional<Signer> signer,
        Optional<String> user,
        Optional<Secret> password,
        Optional<Secret> token) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The JSON of a CONNECT; the caller wipes it.
     *
     * @param name of the connection
     * @param nonce of the server; empty if it gave none
     * @throws IllegalArgumentException if the signer is no user's
     */
    byte[] connect(String name, String nonce) throws JsonProcessingException {
        ObjectNode connect =
                JSON.createObjectNode()
                        .put("verbose", false)
                        .put("pedantic", false)
                        .put("lang", "countersign")
                        .put("name", name)
                        .put("protocol", 1)
                        .put("headers", true)
                        .put("no_responders", true);
        jwt.ifPresent(it -> connect.put("jwt", text(it)));
        user.ifPresent(it -> connect.put("user", it));
        password.ifPresent(it -> connect.put("pass", text(it.bytes())));
        token.ifPresent(it -> connect.put("auth_token", text(it.bytes())));
        signer.ifPresent(it -> prove(connect, it, nonce));
        return JSON.writeValueAsBytes(connect);
    }

    private void prove(ObjectNode connect, Signer signer, String nonce) {
        if (jwt.isEmpty()) {
            if (signer.key().type() != NKeyType.USER) {
                throw new IllegalArgumentException("signer: not a user key");
            }
            connect.put("nkey", signer.key().text());
        }
        if (!nonce.isEmpty()) {
            byte[] signature = signer.sign(nonce.getBytes(StandardCharsets.US_ASCII));
            connect.put("sig", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Nothing of it may be logged. */
    @Override
    public String toString() {
        return "PlainLogin[redacted]";
    }
}
