// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.Sha2;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registered claims of a JWT that we make, in Go's order (reference 6.2), and the making
 * itself.
 *
 * @param audience empty: none
 * @param expires empty: never
 * @param name empty: none
 */
record Claims(
        String audience,
        Optional<Instant> expires,
        Instant issuedAt,
        NKey issuer,
        String name,
        String subject) {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /** Writes the {@code nats} object's own members, without its type and version. */
    interface Body {
        void write(JsonWriter json);
    }

    Claims {
        // iat 0 or absent would make a token that can never be revoked (reference 6.4).
        if (issuedAt.getEpochSecond() <= 0) {
            throw new IllegalArgumentException("issuedAt: " + issuedAt + " (expected: after 1970)");
        }
        if (expires.isPresent() && expires.get().getEpochSecond() <= 0) {
            throw new IllegalArgumentException(
                    "expires: " + expires.get() + " (expected: after 1970)");
        }
    }

    /** The whole token: header, claims and the signature over both. */
    byte[] sign(String type, boolean withId, Body body, Signer signer) {
        JsonWriter json = new JsonWriter(2048);
        json.beginObject();
        writeRegistered(json, withId ? id() : null);
        json.name("nats").beginObject();
        body.write(json);
        json.member("type", type).member("version", 2).endObject().endObject();
        return sign(json, signer);
    }

    private static byte[] sign(JsonWriter json, Signer signer) {
        byte[] header = SplitJwt.HEADER;
        int payload = header.length + 1;
        int end = payload + Base64Url.encodedLength(json.length());
        byte[] token = new byte[end + 1 + Base64Url.encodedLength(64)];
        System.arraycopy(header, 0, token, 0, header.length);
        token[header.length] = '.';
        Base64Url.encode(json.buffer(), json.length(), token, payload);
        token[end] = '.';
        byte[] signature = signer.sign(token, 0, end);
        Base64Url.encode(signature, signature.length, token, end + 1);
        return token;
    }

    private void writeRegistered(JsonWriter json, @Nullable String id) {
        json.optional("aud", audience);
        if (expires.isPresent()) {
            json.member("exp", expires.get().getEpochSecond());
        }
        if (id != null) {
            json.member("jti", id);
        }
        json.member("iat", issuedAt.getEpochSecond());
        json.member("iss", issuer.text());
        json.optional("name", name);
        json.member("sub", subject);
    }

    /** Go's jti: SHA-512/256 over the registered claims without it (reference 6.3). */
    String id() {
        JsonWriter json = new JsonWriter(512);
        json.beginObject();
        writeRegistered(json, null);
        json.endObject();
        return id(json.buffer(), json.length());
    }

    /** The id of these registered claims, as JSON. */
    static String id(byte[] registered, int length) {
        MessageDigest sha = Sha2.SHA_512_256.fresh();
        sha.update(registered, 0, length);
        return base32(sha.digest());
    }

    /** RFC 4648, no padding. */
    private static String base32(byte[] bytes) {
        byte[] out = new byte[(bytes.length * 8 + 4) / 5];
        for (int i = 0; i < out.length; i++) {
            int bit = i * 5;
            int two = (bytes[bit / 8] & 0xff) << 8;
            if (bit / 8 + 1 < bytes.length) {
                two |= bytes[bit / 8 + 1] & 0xff;
            }
            out[i] = (byte) BASE32.charAt((two >> (11 - bit % 8)) & 31);
        }
        return new String(out, StandardCharsets.US_ASCII);
    }
}
