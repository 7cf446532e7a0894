// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * By which key a sentinel was signed that clients of a server came with, and when one did last.
 *
 * @param id of this start of the server
 */
public record SentinelUse(String id, String name, String key, Instant at) {
    static Optional<SentinelUse> read(JsonNode json) {
        try {
            return Optional.of(
                    new SentinelUse(
                            json.path("id").asText(),
                            json.path("name").asText(),
                            json.path("key").asText(),
                            Instant.parse(json.path("at").asText())));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
