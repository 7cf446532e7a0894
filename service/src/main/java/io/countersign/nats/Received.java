// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/**
 * A message as it came over a {@link PlainConnection}.
 *
 * @param status of its header, 503 for "no responders"; 0 without one
 */
public record Received(String subject, int subscription, int status, byte[] payload) {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final int NO_RESPONDERS = 503;

    /** The payload as JSON; a missing node if it is none. */
    public JsonNode json() {
        try {
            JsonNode read = JSON.readTree(payload);
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
