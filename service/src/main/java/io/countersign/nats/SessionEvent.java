// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * What a server reports of one connection (reference 2.9 and 7.3). The event also holds what the
 * client says of itself, and perhaps a sentinel's JWT: nothing of it is taken over.
 *
 * @param reason the server's words; empty if it gave none
 * @param lasted from the connection's start to its end, by the server's clock
 */
record SessionEvent(NKey server, long cid, String reason, Optional<Duration> lasted) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_REASON = 512;

    /** Empty if it is no event of a connection. */
    static Optional<SessionEvent> read(byte[] text) {
        try {
            JsonNode event = JSON.readTree(text);
            JsonNode client = event.path("client");
            String reason = event.path("reason").asText("");
            return Optional.of(
                    new SessionEvent(
                            NKey.parse(event.path("server").path("id").asText(""), NKeyType.SERVER),
                            client.path("id").asLong(0),
                            reason.length() <= LONGEST_REASON
                                    ? reason
                                    : reason.substring(0, LONGEST_REASON),
                            lasted(client.path("start").asText(), client.path("stop").asText())));
        } catch (IOException | InvalidKey e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> lasted(String start, String stop) {
        try {
            Duration lasted =
                    Duration.between(OffsetDateTime.parse(start), OffsetDateTime.parse(stop));
            return lasted.isNegative() ? Optional.empty() : Optional.of(lasted);
        } catch (DateTimeException e) {
            return Optional.empty(); // a connection that still is has no stop
        }
    }
}
