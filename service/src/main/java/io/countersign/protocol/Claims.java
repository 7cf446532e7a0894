// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.Sha2;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

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
    private static final byte[] BASE32 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ID_NAME = "\"jti\":\"".getBytes(StandardCharsets.US_ASCII);

    /** 32 bytes in base32. */
    private static final int ID_LENGTH = 52;

    /** The name, the id, a quote and a comma. */
    private static final int ID_MEMBER = ID_NAME.length + ID_LENGTH + 2;

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
        return sign(type, withId, body, signer, 0);
    }

    /** The same behind {@code room} free bytes. */
    byte[] sign(String type, boolean withId, Body body, Signer signer, int room) {
        JsonWriter json = JsonWriters.take();
        try {
            json.beginObject();
            writeRegistered(json, withId);
            json.name("nats").beginObject();
            body.write(json);
            json.member("type", type).member("version", 2).endObject().endObject();
            return sign(json, signer, room);
        } finally {
            JsonWriters.giveBack(json);
        }
    }

    private static byte[] sign(JsonWriter json, Signer signer, int room) {
        byte[] header = SplitJwt.HEADER;
        int payload = room + header.length + 1;
        int end = payload + Base64Url.encodedLength(json.length());
        byte[] token = new byte[end + 1 + Base64Url.encodedLength(64)];
        System.arraycopy(header, 0, token, room, header.length);
        token[payload - 1] = '.';
        Base64Url.encode(json.buffer(), json.length(), token, payload);
        token[end] = '.';
        byte[] signature = signer.sign(token, room, end - room);
        Base64Url.encode(signature, signature.length, token, end + 1);
        return token;
    }

    /**
     * In Go's order, in which the id stands among the claims that it is the hash of: a gap is left
     * for it, so that they are written only once.
     */
    private void writeRegistered(JsonWriter json, boolean withId) {
        json.optional("aud", audience);
        if (expires.isPresent()) {
            json.member("exp", expires.get().getEpochSecond());
        }
        int gap = withId ? json.gap(ID_MEMBER) : -1;
        json.member("iat", issuedAt.getEpochSecond());
        json.member("iss", issuer);
        json.optional("name", name);
        json.member("sub", subject);
        if (withId) {
            fillIn(json, gap);
        }
    }

    private static void fillIn(JsonWriter json, int gap) {
        int behind = gap + ID_MEMBER;
        // Go hashes a whole object; ours goes on, so the bracket is taken back.
        int end = json.endObject().length();
        writeId(json.buffer(), gap, behind, end, gap + ID_NAME.length);
        json.takeBackEnd();
        byte[] claims = json.buffer();
        System.arraycopy(ID_NAME, 0, claims, gap, ID_NAME.length);
        claims[behind - 2] = '"';
        claims[behind - 1] = ',';
    }

    /**
     * Go's jti: SHA-512/256 over the registered claims without it (reference 6.3), which here are
     * the object up to {@code to}, less a gap.
     */
    static void writeId(byte[] claims, int gap, int behind, int to, int at) {
        base32(Sha2.SHA_512_256.of(claims, 0, gap, behind, to), claims, at);
    }

    /** RFC 4648, no padding. */
    private static void base32(byte[] bytes, byte[] target, int at) {
        for (int i = 0; i < ID_LENGTH; i++) {
            int bit = i * 5;
            int two = (bytes[bit / 8] & 0xff) << 8;
            if (bit / 8 + 1 < bytes.length) {
                two |= bytes[bit / 8 + 1] & 0xff;
            }
            target[at + i] = BASE32[(two >> (11 - bit % 8)) & 31];
        }
    }
}
