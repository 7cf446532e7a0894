// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * An administrator's key that an instance takes requests of.
 *
 * @param used when it came last; empty if it has not since the instance started
 */
public record AdminUse(String name, String key, Optional<Instant> used) {
    static AdminUse read(JsonNode json) {
        return new AdminUse(
                json.path("name").asText(), json.path("key").asText(), time(json.path("used")));
    }

    private static Optional<Instant> time(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
