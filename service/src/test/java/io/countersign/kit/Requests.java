// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.protocol.BadRequest;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Genuine requests of a throw-away NATS server, shaped as servers shape them (reference 1.3, 1.4)
 * and signed with a key of its own; coded by the JDK and jackson-databind, not by the code under
 * test. A builder: one instance is one server with one client at the door; each {@link #clear},
 * {@link #sealed} and {@link #verified} asks anew, with a fresh user key.
 *
 * <pre>{@code
 * VerifiedRequest alice = Requests.server().password("alice", "s3cret").address("10.0.0.7").verified();
 * }</pre>
 */
@NullMarked
public final class Requests {
    /** When requests are asked unless {@link #at} says otherwise: 2026-01-01T00:00:00Z. */
    public static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);

    /**
     * Account that the server's request names as addressee unless {@link #subject} says otherwise.
     */
    public static final String SUBJECT = "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Signer server;
    private final XKeyBox serverBox;
    private final ObjectNode header = JSON.createObjectNode();
    private final ObjectNode claims = JSON.createObjectNode();
    private Consumer<ObjectNode> tweak = claims -> {};
    private @Nullable NKey userKey;
    private Instant issuedAt = NOW;
    private Duration validity = Duration.ofSeconds(2);

    /** A sealed request as it arrives. */
    public static final class Sealed {
        private final byte[] payload;
        private final NKey serverXKey;

        private Sealed(byte[] payload, NKey serverXKey) {
            this.payload = payload;
            this.serverXKey = serverXKey;
        }

        /** {@code xkv1…} */
        public byte[] payload() {
            return payload.clone();
        }

        /** Value of the {@code Nats-Server-Xkey} header. */
        public NKey serverXKey() {
            return serverXKey;
        }
    }

    private Requests(Seed serverSeed, Seed serverXSeed) {
        server = ED25519.signer(serverSeed);
        serverBox = XKeyBox.of(serverXSeed, RANDOM, 16);
        header.put("typ", "JWT").put("alg", "ed25519-nkey");
        claims.put("aud", "nats-authorization-request");
        claims.put("exp", 0).put("jti", "").put("iat", 0);
        claims.put("iss", server.key().text());
        claims.put("sub", SUBJECT);
        ObjectNode nats = claims.putObject("nats");
        nats.putObject("server_id")
                .put("name", "east-1")
                .put("host", "0.0.0.0")
                .put("id", server.key().text())
                .put("version", "2.15.1");
        nats.put("user_nkey", "");
        nats.putObject("client_info")
                .put("host", "127.0.0.1")
                .put("id", 7)
                .put("kind", "Client")
                .put("type", "nats");
        nats.putObject("connect_opts").put("protocol", 1);
        nats.put("type", "authorization_request").put("version", 2);
    }

    /** A new server of version 2.15.1 named {@code east-1} with a client that presents nothing. */
    public static Requests server() {
        return new Requests(
                Seed.generate(NKeyType.SERVER, RANDOM), Seed.generate(NKeyType.CURVE, RANDOM));
    }

    // --- who asks

    /** The server's id key. */
    public NKey serverId() {
        return server.key();
    }

    /** The server's xkey box: opens sealed answers. */
    public XKeyBox serverBox() {
        return serverBox;
    }

    public Requests serverName(String name) {
        nats("server_id").put("name", name);
        return this;
    }

    public Requests cluster(String name) {
        nats("server_id").put("cluster", name);
        return this;
    }

    public Requests serverTags(String... tags) {
        fill(nats("server_id").putArray("tags"), List.of(tags));
        return this;
    }

    public Requests serverVersion(String version) {
        nats("server_id").put("version", version);
        return this;
    }

    /** The issuer or callout account that the server expects ({@code sub}). */
    public Requests subject(String account) {
        claims.put("sub", account);
        return this;
    }

    // --- when

    /** When the server asks; whole seconds count. */
    public Requests at(Instant time) {
        issuedAt = time;
        return this;
    }

    /** {@code exp} − {@code iat}; 2 s unless set. */
    public Requests validFor(Duration time) {
        validity = time;
        return this;
    }

    /** Uses this user key instead of a fresh one each time. */
    public Requests userKey(NKey key) {
        userKey = key;
        return this;
    }

    // --- who is at the door

    public Requests address(String host) {
        nats("client_info").put("host", host);
        return this;
    }

    public Requests cid(long id) {
        nats("client_info").put("id", id);
        return this;
    }

    /** CONNECT's {@code name}, {@code lang} and {@code version}. */
    public Requests client(String name, String lang, String version) {
        nats("client_info").put("name", name);
        nats("connect_opts").put("name", name).put("lang", lang).put("version", version);
        return this;
    }

    public Requests websocket() {
        nats("client_info").put("type", "websocket");
        return this;
    }

    /** As an MQTT client, whose password servers put into {@code auth_token} too. */
    public Requests mqtt(String clientId) {
        nats("client_info").put("type", "mqtt").put("mqtt_id", clientId);
        String password = nats("connect_opts").path("pass").asText();
        putOrRemove(nats("connect_opts"), "auth_token", password);
        return this;
    }

    public Requests leafnode() {
        nats("client_info").put("kind", "Leafnode").remove("type");
        return this;
    }

    // --- with what

    public Requests password(String user, String password) {
        nats("connect_opts").put("user", user).put("pass", password);
        nats("client_info").put("user", user);
        if (nats("client_info").path("type").asText().equals("mqtt")) {
            nats("connect_opts").put("auth_token", password);
        }
        return this;
    }

    /** A user name without password or token, as servers ask again after a reload. */
    public Requests nameOnly(String user) {
        nats("connect_opts").put("user", user);
        nats("client_info").put("user", user);
        return this;
    }

    public Requests token(String token) {
        nats("connect_opts").put("auth_token", token);
        nats("client_info").put("user", "[REDACTED]");
        return this;
    }

    /** A user key that has signed the connection's nonce. */
    public Requests nkey(Seed user) {
        String nonce = "bm9uY2Vub25jZTE";
        byte[] signature = ED25519.signer(user).sign(nonce.getBytes(StandardCharsets.US_ASCII));
        String sig = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        return nkey(user.publicKey().text(), sig, nonce);
    }

    /** Any nkey, signature and nonce; an empty one is left out. */
    public Requests nkey(String nkey, String sig, String nonce) {
        putOrRemove(nats("connect_opts"), "nkey", nkey);
        putOrRemove(nats("connect_opts"), "sig", sig);
        putOrRemove(nats("client_info"), "nonce", nonce);
        return nkey.isEmpty() ? this : user(nkey);
    }

    /** CONNECT's {@code jwt} alone. */
    public Requests jwt(String jwt) {
        nats("connect_opts").put("jwt", jwt);
        return this;
    }

    /** Operator mode: the sentinel that let the client through to the callout. */
    public Requests sentinel(String jwt, String name, String... tags) {
        nats("client_info").put("name_tag", name);
        fill(nats("client_info").putArray("tags"), List.of(tags));
        return jwt(jwt);
    }

    /** TLS 1.3 without a client certificate. */
    public Requests tls() {
        return putTls();
    }

    /**
     * TLS with a client certificate that the server verified: one chain of PEM blocks, leaf first.
     */
    public Requests tlsVerified(String... chain) {
        putTls();
        fill(nats("client_tls").putArray("verified_chains").addArray(), List.of(chain));
        return this;
    }

    /** TLS with certificates that the server did not verify. */
    public Requests tlsUnverified(String... certificates) {
        putTls();
        fill(nats("client_tls").putArray("certs"), List.of(certificates));
        return this;
    }

    // --- and what servers never send

    /** Changes the claims at the very end, before they are signed. */
    public Requests tweak(Consumer<ObjectNode> change) {
        tweak = tweak.andThen(change);
        return this;
    }

    /** Changes the JWT header. */
    public Requests tweakHeader(Consumer<ObjectNode> change) {
        change.accept(header);
        return this;
    }

    // --- the outcome

    /** The signed token of a clear request. */
    public byte[] clear() {
        return token(Optional.empty());
    }

    /** The request sealed for the service's xkey. */
    public Sealed sealed(NKey serviceXKey) {
        byte[] clear = token(Optional.of(serverBox.key()));
        return new Sealed(serverBox.seal(clear, serviceXKey), serverBox.key());
    }

    /** The token inside a sealed request: it carries the server's xkey. */
    public byte[] clearOfSealed() {
        return token(Optional.of(serverBox.key()));
    }

    /** The clear request through the real verifier, at the second in which it was asked. */
    public VerifiedRequest verified() {
        return verified(clear(), Optional.empty());
    }

    /** As {@link #verified}, of a request that came sealed. */
    public VerifiedRequest verifiedSealed() {
        return verified(clearOfSealed(), Optional.of(serverBox.key()));
    }

    private VerifiedRequest verified(byte[] token, Optional<NKey> xkey) {
        try {
            return new RequestVerifier(ED25519, Set.of(), Duration.ZERO)
                    .verify(token, xkey, issuedAt);
        } catch (BadRequest e) {
            throw new AssertionError("the kit's request: " + e.getMessage(), e);
        }
    }

    private byte[] token(Optional<NKey> xkey) {
        ObjectNode all = claims.deepCopy();
        all.put("iat", issuedAt.getEpochSecond());
        all.put("exp", issuedAt.plus(validity).getEpochSecond());
        all.put("jti", "JTI".repeat(17) + "X");
        ObjectNode nats = (ObjectNode) all.get("nats");
        NKey user = userKey != null ? userKey : Seed.generate(NKeyType.USER, RANDOM).publicKey();
        nats.put("user_nkey", user.text());
        xkey.ifPresent(key -> ((ObjectNode) nats.get("server_id")).put("xkey", key.text()));
        tweak.accept(all);
        try {
            return sign(JSON.writeValueAsBytes(header), JSON.writeValueAsBytes(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any bytes as header and claims, coded and signed with the server's key. */
    public byte[] sign(byte[] header, byte[] claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString(header) + "." + base64.encodeToString(claims);
        byte[] signature = server.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return (signed + "." + base64.encodeToString(signature))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Requests user(String name) {
        nats("client_info").put("user", name);
        return this;
    }

    private Requests putTls() {
        ((ObjectNode) claims.get("nats"))
                .putObject("client_tls")
                .put("version", "1.3")
                .put("cipher", "TLS_AES_128_GCM_SHA256");
        return this;
    }

    private ObjectNode nats(String name) {
        return (ObjectNode) claims.get("nats").get(name);
    }

    private static void putOrRemove(ObjectNode object, String name, String value) {
        if (value.isEmpty()) {
            object.remove(name);
        } else {
            object.put(name, value);
        }
    }

    private static void fill(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    @Override
    public String toString() {
        return "Requests[" + server.key() + "]";
    }
}
