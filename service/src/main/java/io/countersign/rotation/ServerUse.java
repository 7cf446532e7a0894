// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Which of our keys a server asked with, last.
 *
 * @param id of this start of the server
 * @param xkey empty if its requests are clear
 * @param issuer that it expects; in operator mode the callout account
 */
public record ServerUse(String id, String name, String xkey, String issuer, Instant at) {
    static Optional<ServerUse> read(JsonNode json) {
        try {
            return Optional.of(
                    new ServerUse(
                            json.path("id").asText(),
                            json.path("name").asText(),
                            json.path("xkey").asText(),
                            json.path("issuer").asText(),
                            Instant.parse(json.path("at").asText())));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    String key(KeyKind kind) {
        return switch (kind) {
            case XKEY -> xkey;
            case ISSUER -> issuer;
            case SIGNING, ADMIN, CLUSTER -> "";
        };
    }
}
