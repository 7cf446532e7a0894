// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An OpenID provider with real keys: discovery, a key set, tokens, rotation; it can hang, fail and
 * come back. Thread-safe.
 */
public final class TokenIssuer implements AutoCloseable {
    /** Making one takes a second of a busy machine, and no test is about how. */
    private static final List<RSAKey> RSA_KEYS = new ArrayList<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<JWK> keys = new ArrayList<>();
    private final int port;
    private HttpServer server;
    private volatile Behaviour behaviour = Behaviour.ANSWERS;
    private int made;

    private enum Behaviour {
        ANSWERS,
        HANGS,
        FAILS
    }

    private TokenIssuer() {
        server = listen(0);
        port = server.getAddress().getPort();
        rotate();
    }

    /** One on loopback, with a first RSA key. */
    public static TokenIssuer start() {
        return new TokenIssuer();
    }

    private HttpServer listen(int at) {
        return Io.get(() -> {
            HttpServer fresh =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            fresh.setExecutor(threads);
            fresh.createContext("/", this::answer);
            fresh.start();
            return fresh;
        });
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (behaviour == Behaviour.HANGS) {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        String path = exchange.getRequestURI().getPath();
        String body =
                switch (path) {
                    case "/.well-known/openid-configuration" ->
                            "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}"
                                    .formatted(issuer(), issuer());
                    case "/keys" -> jwks();
                    default -> "";
                };
        if (path.equals("/keys")) {
            fetches.incrementAndGet();
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        int status = behaviour == Behaviour.FAILS ? 503 : body.isEmpty() ? 404 : 200;
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** {@code iss}, and where it is. */
    public String issuer() {
        return "http://127.0.0.1:" + port;
    }

    /** The public keys. */
    public synchronized String jwks() {
        return new JWKSet(keys).toString(true);
    }

    /** How often somebody fetched the keys. */
    public int fetches() {
        return fetches.get();
    }

    /** A new RSA key that signs from now on; the one before stays good. */
    public synchronized void rotate() {
        keys.addFirst(rsa(made++));
        if (keys.size() > 2) {
            keys.removeLast();
        }
    }

    private static RSAKey rsa(int number) {
        synchronized (RSA_KEYS) {
            while (RSA_KEYS.size() <= number) {
                try {
                    RSA_KEYS.add(
                            new RSAKeyGenerator(2048)
                                    .keyUse(KeyUse.SIGNATURE)
                                    .keyID("rsa-" + RSA_KEYS.size())
                                    .generate());
                } catch (JOSEException e) {
                    throw new IllegalStateException("every Java has RSA", e);
                }
            }
            return RSA_KEYS.get(number);
        }
    }

    /** A new key of P-256, and no other one any more. */
    public synchronized void rotateToElliptic() {
        try {
            keys.clear();
            keys.add(new ECKeyGenerator(Curve.P_256).keyID("ec-" + made++).generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    /** Takes questions and never answers. */
    public void hang() {
        behaviour = Behaviour.HANGS;
    }

    /** Answers 503. */
    public void fail() {
        behaviour = Behaviour.FAILS;
    }

    /** Refuses connections. */
    public synchronized void stop() {
        server.stop(0);
    }

    /** Answers again, on the same port. */
    public synchronized void recover() {
        behaviour = Behaviour.ANSWERS;
        server.stop(0);
        server = listen(port);
    }

    /** A token for {@code nats}, good from now for an hour, with more or other claims. */
    public String token(String subject, Instant now, Consumer<JWTClaimsSet.Builder> more) {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .subject(subject)
                        .audience("nats")
                        .jwtID("id-of-" + subject)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(3600)));
        more.accept(claims);
        return sign(claims.build());
    }

    public String token(String subject, Instant now) {
        return token(subject, now, claims -> {});
    }

    /** Signed with the newest key. */
    public synchronized String sign(JWTClaimsSet claims) {
        JWK key = keys.getFirst();
        JWSAlgorithm algorithm = key instanceof ECKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
        return sign(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims, key);
    }

    /** Signed with any key under any header. */
    public static String sign(JWSHeader header, JWTClaimsSet claims, JWK key) {
        try {
            JWSSigner signer =
                    key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Id of the newest key. */
    public synchronized String keyId() {
        return keys.getFirst().getKeyID();
    }

    @Override
    public void close() {
        closing.countDown();
        stop();
        threads.shutdownNow();
    }
}
