// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Signer;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;

/** Signs users anew with another key of their account: same user key, same rights. Thread-safe. */
public final class UserSigner {
    private final Ed25519 ed25519;
    private final Clock clock;

    public UserSigner(Ed25519 ed25519, Clock clock) {
        this.ed25519 = ed25519;
        this.clock = clock;
    }

    /**
     * The credentials in a file, signed with this key.
     *
     * @param jwt for whoever needs it without its seed
     * @param text of the file; whoever has it wipes it
     * @param isNew false if the file has been signed with this key already
     */
    public record Renewed(String jwt, byte[] text, boolean isNew) {
        /** Without the seed that is in the text. */
        @Override
        public String toString() {
            return "Renewed[redacted]";
        }
    }

    /**
     * Makes them; the file stays as it is.
     *
     * @throws SetupFailed if there are none in it, or they are of another account
     */
    public Renewed renewed(Path file, NKey account, Signer key) throws SetupFailed {
        byte[] text;
        try {
            text = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SetupFailed(file + ": cannot be read: " + SetupFolder.why(e), e);
        }
        JwtReader reader = new JwtReader(ed25519);
        try (CredsFile creds = CredsFile.parse(text)) {
            reader.readUser(creds.jwt());
            ObjectNode claims = Claims.of(creds.jwt());
            String of = claims.at("/nats/issuer_account").asText(claims.path("iss").asText());
            if (!of.equals(account.text())) {
                throw new SetupFailed(
                        "%s: a user of account %s (expected: of %s)".formatted(file, of, account));
            }
            if (claims.path("iss").asText().equals(key.key().text())) {
                return new Renewed(ascii(creds.jwt()), text.clone(), false);
            }
            ((ObjectNode) claims.get("nats")).put("issuer_account", account.text());
            claims.put("iat", clock.instant().getEpochSecond());
            byte[] jwt = Claims.signed(claims, key);
            reader.readUser(jwt);
            return new Renewed(ascii(jwt), CredsFile.write(jwt, creds.seed()), true);
        } catch (InvalidJwt | InvalidKey | JsonProcessingException e) {
            throw new SetupFailed(file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static String ascii(byte[] jwt) {
        return new String(jwt, StandardCharsets.US_ASCII);
    }
}
