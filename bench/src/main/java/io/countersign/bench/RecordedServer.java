// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.Inbound;
import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A NATS server as the service sees it: asks what a real 2.15.1 asked, whose claims were recorded,
 * under a key of its own and each time for another client connection. Not thread-safe.
 */
final class RecordedServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] HEADER =
            "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();
    private final Signer key;
    private final XKeyBox box;
    private final ObjectNode claims;
    private final Optional<NKey> serviceXKey;
    private long clients;

    /** Another server with the same clients. */
    RecordedServer successor(Ed25519 ed25519) {
        return new RecordedServer(ed25519, claims.deepCopy(), serviceXKey);
    }

    /** A request, and what a server would have to do with the answer. */
    record Request(byte[] payload, byte[] jwt, Optional<NKey> serverXKey, List<String> headers) {
        Request(byte[] payload, byte[] jwt, Optional<NKey> serverXKey) {
            this(payload, jwt, serverXKey, serverXKey.stream().map(NKey::text).toList());
        }

        Inbound arriving(Instant now) {
            return new Inbound(payload, headers, true, now, System.nanoTime());
        }
    }

    /**
     * @param subject issuer or callout account that the server expects
     * @param serviceXKey whom requests are sealed for; empty for clear ones
     * @param token what the client presents
     */
    RecordedServer(
            Ed25519 ed25519,
            Shape.Size size,
            String subject,
            Optional<NKey> serviceXKey,
            String token,
            Instant now)
            throws IOException {
        this(ed25519, recorded(size), serviceXKey);
        claims.put("sub", subject);
        claims.put("iat", now.getEpochSecond()).put("exp", now.getEpochSecond() + 3);
        nats("connect_opts").put("auth_token", token);
    }

    private RecordedServer(Ed25519 ed25519, ObjectNode claims, Optional<NKey> serviceXKey) {
        key = ed25519.signer(Seed.generate(NKeyType.SERVER, random));
        box = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 4);
        this.claims = claims;
        this.serviceXKey = serviceXKey;
        claims.put("iss", key.key().text());
        nats("server_id").put("id", key.key().text());
        if (serviceXKey.isPresent()) {
            nats("server_id").put("xkey", box.key().text());
        }
    }

    private static ObjectNode recorded(Shape.Size size) throws IOException {
        String name = "request-%s.json".formatted(size.name().toLowerCase(Locale.ROOT));
        try (InputStream in = RecordedServer.class.getResourceAsStream(name)) {
            return (ObjectNode) JSON.readTree(in);
        }
    }

    /** The next client knocks. */
    Request ask() throws IOException {
        NKey user = userKey();
        nats("client_info").put("id", ++clients);
        ((ObjectNode) claims.get("nats")).put("user_nkey", user.text());
        claims.put("jti", user.text().substring(1, 53));
        String signed =
                BASE64.encodeToString(HEADER)
                        + "."
                        + BASE64.encodeToString(JSON.writeValueAsBytes(claims));
        byte[] signature = key.sign(signed.getBytes(StandardCharsets.US_ASCII));
        byte[] jwt =
                (signed + "." + BASE64.encodeToString(signature))
                        .getBytes(StandardCharsets.US_ASCII);
        return serviceXKey
                .map(service -> new Request(box.seal(jwt, service), jwt, Optional.of(box.key())))
                .orElseGet(() -> new Request(jwt, jwt, Optional.empty()));
    }

    /** The next client knocks at this second. */
    Request askAt(Instant second) throws IOException {
        claims.put("iat", second.getEpochSecond()).put("exp", second.getEpochSecond() + 3);
        return ask();
    }

    /** No service signs with it or asks for more than its form, so any 32 bytes will do. */
    private NKey userKey() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        key[31] &= 0x3f; // below the prime, as every coordinate is
        try {
            return NKey.of(NKeyType.USER, key);
        } catch (InvalidKey e) {
            throw new IllegalStateException("a random key is hardly one of the ten weak ones", e);
        }
    }

    /** The answer as the server reads it. */
    byte[] open(byte[] answer) throws BoxRefused {
        return serviceXKey.isPresent() ? box.open(answer, serviceXKey.get()) : answer;
    }

    NKey id() {
        return key.key();
    }

    List<NKey> xkeys() {
        return List.of(box.key());
    }

    private ObjectNode nats(String name) {
        return (ObjectNode) claims.get("nats").get(name);
    }
}
