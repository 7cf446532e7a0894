// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A token cut into its three parts, header checked, signature not yet (reference 6.1). Holds the
 * caller's array, which must not change meanwhile.
 */
final class SplitJwt {
    /** {@code {"typ":"JWT","alg":"ed25519-nkey"}}, coded: what servers, nsc and we write. */
    static final byte[] HEADER =
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_HEADER = 1024;
    private static final int SIGNATURE_CHARACTERS = 86;

    private final byte[] token;
    private final int firstDot;
    private final int secondDot;

    private SplitJwt(byte[] token, int firstDot, int secondDot) {
        this.token = token;
        this.firstDot = firstDot;
        this.secondDot = secondDot;
    }

    static SplitJwt of(byte[] token) throws InvalidJwt {
        if (token.length > JsonReader.MAX_BYTES) {
            throw new InvalidJwt(
                    "token: %d bytes (expected: <= %d)"
                            .formatted(token.length, JsonReader.MAX_BYTES));
        }
        // From both ends: a dot between is left to base64, which has none in its alphabet.
        int firstDot = 0;
        while (firstDot < token.length && token[firstDot] != '.') {
            firstDot++;
        }
        int secondDot = token.length - 1;
        while (secondDot > firstDot && token[secondDot] != '.') {
            secondDot--;
        }
        boolean threeParts =
                firstDot > 0 && secondDot > firstDot + 1 && secondDot < token.length - 1;
        if (!threeParts) {
            throw new InvalidJwt("token: other parts (expected: 3, none empty)");
        }
        SplitJwt split = new SplitJwt(token, firstDot, secondDot);
        split.checkHeader();
        return split;
    }

    private void checkHeader() throws InvalidJwt {
        if (Arrays.equals(token, 0, firstDot, HEADER, 0, HEADER.length)) {
            return;
        }
        if (firstDot > MAX_HEADER) {
            throw new InvalidJwt("header: too long (expected: <= " + MAX_HEADER + " characters)");
        }
        String type = "";
        String algorithm = "";
        JsonReader json = JsonReader.of(Base64Url.decode(token, 0, firstDot, "header"));
        String name = json.firstField("header");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "typ" -> type = json.text("header.typ");
                case "alg" -> algorithm = json.text("header.alg");
                default -> json.skip();
            }
        }
        json.end();
        if (!type.equals("JWT")) {
            throw new InvalidJwt(
                    "header.typ: %s (expected: JWT)".formatted(InvalidJwt.shown(type)));
        }
        if (!algorithm.equals("ed25519-nkey")) {
            throw new InvalidJwt(
                    "header.alg: %s (expected: ed25519-nkey)"
                            .formatted(InvalidJwt.shown(algorithm)));
        }
    }

    /** The decoded claims, which nobody has vouched for yet. */
    byte[] claims() throws InvalidJwt {
        return Base64Url.decode(token, firstDot + 1, secondDot, "claims");
    }

    void checkSignature(Ed25519 ed25519, NKey issuer) throws InvalidJwt {
        if (token.length - secondDot - 1 != SIGNATURE_CHARACTERS) {
            throw new InvalidJwt("signature: of another length (expected: 64 bytes)");
        }
        byte[] signature = Base64Url.decode(token, secondDot + 1, token.length, "signature");
        if (!ed25519.verify(issuer, token, 0, secondDot, signature)) {
            throw new InvalidJwt("signature: bad (expected: made by " + issuer.text() + ")");
        }
    }
}
