// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;

/** JWTs of NATS users and accounts, written claim by claim, as nsc writes them. */
public final class NatsJwts {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final String HEADER = "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}";

    private NatsJwts() {}

    /** A new key. */
    public static Signer signer(NKeyType type) {
        try (Seed seed = Seed.generate(type, RANDOM)) {
            return ED25519.signer(seed);
        }
    }

    /**
     * A user's JWT.
     *
     * @param change of all claims; those of NATS are in {@code nats}
     */
    public static String user(
            Signer issuer, NKey user, String name, Instant issued, Consumer<ObjectNode> change) {
        ObjectNode claims = claims(issuer, user, name, issued);
        claims.putObject("nats").put("type", "user").put("version", 2);
        change.accept(claims);
        return sign(claims, issuer);
    }

    /**
     * An account's JWT.
     *
     * @param change of the claims in {@code nats}
     */
    public static String account(
            Signer operator,
            NKey account,
            String name,
            Instant issued,
            Consumer<ObjectNode> change) {
        ObjectNode claims = claims(operator, account, name, issued);
        change.accept(claims.putObject("nats").put("type", "account").put("version", 2));
        return sign(claims, operator);
    }

    private static ObjectNode claims(Signer issuer, NKey subject, String name, Instant issued) {
        return JSON.createObjectNode()
                .put("jti", "J")
                .put("iat", issued.getEpochSecond())
                .put("iss", issuer.key().text())
                .put("sub", subject.text())
                .put("name", name);
    }

    private static String sign(ObjectNode claims, Signer by) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed =
                base64.encodeToString(HEADER.getBytes(StandardCharsets.US_ASCII))
                        + "."
                        + base64.encodeToString(Io.get(() -> JSON.writeValueAsBytes(claims)));
        byte[] signature = by.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64.encodeToString(signature);
    }
}
