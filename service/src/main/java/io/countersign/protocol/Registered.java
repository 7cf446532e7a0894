// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Registered claims of a JWT that is being read, and the checks that all types share. */
final class Registered {
    private String audience = "";
    private long expires;
    private long issuedAt;
    private String issuer = "";
    private String name = "";
    private long notBefore;
    private String subject = "";
    private String type = "";
    private long version = -1;

    /** Reads the members of the {@code nats} object that one type of JWT has. */
    interface Body {
        /** Reads the value of {@code name}, or skips it. */
        void read(String name, JsonReader json) throws InvalidJwt;
    }

    private Registered() {}

    /** Reads everything; nothing is verified yet. */
    static Registered read(SplitJwt token, Body body) throws InvalidJwt {
        Registered claims = new Registered();
        JsonReader json = JsonReader.of(token.claims());
        String name = json.firstField("claims");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "aud" -> claims.audience = json.text("aud");
                case "exp" -> claims.expires = seconds("exp", json);
                case "iat" -> claims.issuedAt = seconds("iat", json);
                case "iss" -> claims.issuer = json.text("iss");
                case "name" -> claims.name = json.text("name");
                case "nbf" -> claims.notBefore = seconds("nbf", json);
                case "sub" -> claims.subject = json.text("sub");
                case "nats" -> claims.readNats(json, body);
                default -> json.skip();
            }
        }
        json.end();
        return claims;
    }

    private void readNats(JsonReader json, Body body) throws InvalidJwt {
        String field = json.firstField("nats");
        for (; field != null; field = json.nextField()) {
            switch (field) {
                case "type" -> type = json.text("nats.type");
                case "version" -> version = json.integer("nats.version", 0, Integer.MAX_VALUE);
                default -> body.read(field, json);
            }
        }
    }

    private static long seconds(String what, JsonReader json) throws InvalidJwt {
        return json.integer(what, 0, RequestClaims.MAX_SECONDS);
    }

    /**
     * Checks type, version and the signature of the issuer.
     *
     * @param issuers types of keys that may sign this type of JWT
     * @return the issuer
     */
    NKey verify(SplitJwt token, Ed25519 ed25519, String expectedType, Set<NKeyType> issuers)
            throws InvalidJwt {
        if (!type.equals(expectedType) || version != 2) {
            throw new InvalidJwt(
                    "nats.type, nats.version: %s, %d (expected: %s, 2)"
                            .formatted(InvalidJwt.shown(type), version, expectedType));
        }
        for (NKeyType issuerType : issuers) {
            if (issuer.startsWith(String.valueOf(issuerType.letter()))) {
                NKey key = KeyTypes.parse("iss", issuer, issuerType);
                token.checkSignature(ed25519, key);
                return key;
            }
        }
        throw new InvalidJwt("iss: no valid key (expected: type " + issuers + ")");
    }

    NKey subject(NKeyType expected) throws InvalidJwt {
        return KeyTypes.parse("sub", subject, expected);
    }

    String audience() {
        return audience;
    }

    String name() {
        return name;
    }

    /** The epoch if absent: such a token cannot be revoked. */
    Instant issuedAt() {
        return Instant.ofEpochSecond(issuedAt);
    }

    Optional<Instant> expires() {
        return instant(expires);
    }

    Optional<Instant> notBefore() {
        return instant(notBefore);
    }

    /** Zero is "absent" to Go, which leaves it out. */
    private static Optional<Instant> instant(long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    static boolean isTimely(Optional<Instant> notBefore, Optional<Instant> expires, Instant now) {
        long second = now.getEpochSecond();
        return (expires.isEmpty() || second <= expires.get().getEpochSecond())
                && (notBefore.isEmpty() || notBefore.get().getEpochSecond() <= second);
    }
}
