// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * An administrator's request: a short-lived JWT that vouches for one verb with one body in one
 * cluster. Whoever copies it gains nothing: the body is hashed into it and its id is taken once.
 *
 * @param id used once in the cluster
 * @param admin public user nkey that signed
 * @param onBehalfOf whom the signer speaks for, such as the user of the audit view; or empty
 */
public record AdminRequest(String id, NKey admin, String verb, String onBehalfOf) {
    /** Longest life of a request. */
    public static final Duration LIFE = Duration.ofSeconds(60);

    private static final String TYPE = "countersign_admin";
    private static final int LONGEST_TEXT = 256;

    /**
     * Signs a request.
     *
     * @param id random, at least 128 bits
     */
    public static byte[] sign(
            String id,
            String verb,
            byte[] body,
            String cluster,
            String onBehalfOf,
            Instant now,
            Signer admin) {
        Claims claims =
                new Claims(
                        cluster,
                        Optional.of(now.plus(LIFE.dividedBy(2))),
                        now,
                        admin.key(),
                        "",
                        admin.key().text());
        return claims.sign(
                TYPE,
                true,
                json -> {
                    json.member("id", id).member("verb", verb).member("body", hash(body));
                    json.optional("on_behalf_of", onBehalfOf);
                },
                admin);
    }

    /**
     * Reads a request and checks everything but who may ask and whether it was asked before.
     *
     * @throws InvalidJwt if it is not for this verb, body, cluster and moment
     */
    public static AdminRequest verify(
            byte[] token,
            String verb,
            byte[] body,
            String cluster,
            Instant now,
            Duration skew,
            Ed25519 ed25519)
            throws InvalidJwt {
        SplitJwt split = SplitJwt.of(token);
        Body said = new Body();
        Registered claims = Registered.read(split, said);
        NKey admin = claims.verify(split, ed25519, TYPE, Set.of(NKeyType.USER));
        require(claims.audience().equals(cluster), "aud: of another cluster");
        require(said.verb.equals(verb), "nats.verb: another one");
        require(said.hash.equals(hash(body)), "nats.body: hash of another body");
        require(said.id.length() >= 16 && said.id.length() <= LONGEST_TEXT, "nats.id: length");
        require(said.onBehalfOf.length() <= LONGEST_TEXT, "nats.on_behalf_of: length");
        Instant expires = claims.expires().orElseThrow(() -> new InvalidJwt("exp: missing"));
        require(!expires.isAfter(claims.issuedAt().plus(LIFE)), "exp: more than 60 s after iat");
        require(
                !now.isAfter(expires.plus(skew)) && !claims.issuedAt().isAfter(now.plus(skew)),
                "exp, iat: not now");
        return new AdminRequest(said.id, admin, verb, said.onBehalfOf);
    }

    private static void require(boolean holds, String otherwise) throws InvalidJwt {
        if (!holds) {
            throw new InvalidJwt(otherwise);
        }
    }

    private static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The token as text for a header. */
    public static String text(byte[] token) {
        return new String(token, StandardCharsets.US_ASCII);
    }

    private static final class Body implements Registered.Body {
        private String id = "";
        private String verb = "";
        private String hash = "";
        private String onBehalfOf = "";

        @Override
        public void read(String name, JsonReader json) throws InvalidJwt {
            switch (name) {
                case "id" -> id = json.text("nats.id");
                case "verb" -> verb = json.text("nats.verb");
                case "body" -> hash = json.text("nats.body");
                case "on_behalf_of" -> onBehalfOf = json.text("nats.on_behalf_of");
                default -> json.skip();
            }
        }
    }
}
