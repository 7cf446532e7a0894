// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/**
 * Makes answers to one request by hand: good ones, and whatever a test makes of their parts. Coded
 * by the JDK and jackson-databind, because our own code refuses to make most of what this is for.
 *
 * @param keys of the deployment that was asked
 * @param request the claims of the question
 */
public record CalloutForge(DeploymentKeys keys, JsonNode request) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The one header that servers take. */
    public static final String HEADER = "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}";

    /** A new public key of this type; nobody has its seed. */
    public static String stranger(NKeyType type) {
        return Seed.generate(type, RANDOM).publicKey().text();
    }

    /** Signs as an account that nobody knows. */
    public static Signer strangeAccount() {
        return strangeSigner(NKeyType.ACCOUNT);
    }

    /** Signs with a new key of this type. */
    public static Signer strangeSigner(NKeyType type) {
        return Ed25519.best().signer(Seed.generate(type, RANDOM));
    }

    /** A box that is not the service's. */
    public static XKeyBox strangeBox() {
        return XKeyBox.of(Seed.generate(NKeyType.CURVE, RANDOM), RANDOM, 16);
    }

    /** The claims of a token, whoever signed it. */
    public static ObjectNode claims(String token) {
        byte[] json = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return (ObjectNode) Io.get(() -> JSON.readTree(json));
    }

    private String userKey() {
        return request.at("/nats/user_nkey").asText();
    }

    /** Claims of a user who is placed in an account of the deployment and may do anything there. */
    public ObjectNode user(String account) {
        ObjectNode claims = registered(userKey());
        ObjectNode nats = claims.putObject("nats").put("type", "user").put("version", 2);
        nats.putObject("pub");
        nats.putObject("sub");
        nats.put("subs", -1).put("data", -1).put("payload", -1);
        switch (keys.mode()) {
            case STATIC -> claims.put("aud", account);
            case OPERATOR -> nats.put("issuer_account", keys.account(account));
        }
        return claims;
    }

    /** A good user token for the account APP. */
    public String goodUser() {
        return sign(user("APP"), keys.placing("APP"));
    }

    /** Claims of an answer that lets this user in. */
    public ObjectNode answer(String userJwt) {
        ObjectNode claims = registered(userKey());
        claims.put("aud", request.at("/nats/server_id/id").asText());
        ObjectNode nats = claims.putObject("nats");
        nats.put("type", "authorization_response").put("version", 2).put("jwt", userJwt);
        return claims;
    }

    private static ObjectNode registered(String subject) {
        return JSON.createObjectNode()
                .put("sub", subject)
                .put("iat", Instant.now().getEpochSecond());
    }

    /** The {@code nats} object of claims. */
    public static ObjectNode nats(ObjectNode claims) {
        return (ObjectNode) claims.get("nats");
    }

    /** Signs as the service would. */
    public byte[] signed(ObjectNode answer) {
        return bytes(sign(answer, keys.issuer()));
    }

    /** Claims as a token of this signer. */
    public String sign(ObjectNode claims, Signer signer) {
        return sign(HEADER, claims, signer);
    }

    /** Claims under any header as a token of this signer. */
    public static String sign(String header, ObjectNode claims, Signer signer) {
        claims.put("iss", signer.key().text());
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String head = base64.encodeToString(header.getBytes(StandardCharsets.UTF_8));
        byte[] body = Io.get(() -> JSON.writeValueAsBytes(claims));
        String text = head + "." + base64.encodeToString(body);
        return text + "." + base64.encodeToString(signer.sign(bytes(text)));
    }

    /** Seals for the server that asked, with this box. */
    public byte[] seal(byte[] clear, XKeyBox box) {
        return Io.get(() -> box.seal(clear, parsed(request.at("/nats/server_id/xkey").asText())));
    }

    private static NKey parsed(String xkey) {
        try {
            return NKey.parse(xkey, NKeyType.CURVE);
        } catch (io.countersign.crypto.InvalidKey e) {
            throw new IllegalStateException(e);
        }
    }

    /** A text of ASCII characters as bytes. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
