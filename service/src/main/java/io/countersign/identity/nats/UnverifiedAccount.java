// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/** Reads which account a JWT claims to be of. Nothing of it is believed. Stateless. */
final class UnverifiedAccount {
    private static final ObjectMapper JSON = new ObjectMapper();

    private UnverifiedAccount() {}

    static Optional<NKey> of(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            String account = claims.path("nats").path("issuer_account").asText();
            String issuer = claims.path("iss").asText();
            return Optional.of(NKey.parse(account.isEmpty() ? issuer : account, NKeyType.ACCOUNT));
        } catch (IllegalArgumentException | IOException | InvalidKey notOne) {
            return Optional.empty();
        }
    }
}
