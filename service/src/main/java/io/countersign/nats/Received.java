// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message as it came over a {@link PlainConnection}.
 *
 * @param status of its header, 503 for "no responders"; 0 without one
 */
public record Received(String subject, int subscription, int status, byte[] payload) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NO_RESPONDERS = 503;

    static Received plain(WireReader.Operation operation) {
        String[] words = operation.rest().split(" ", -1);
        return new Received(words[0], Integer.parseInt(words[1]), 0, operation.payload());
    }

    static Received withHeaders(WireReader.Operation operation) {
        String[] words = operation.rest().split(" ", -1);
        byte[] all = operation.payload();
        int headers = Integer.parseInt(words[words.length - 2]);
        // NATS/1.0 503
        String head = new String(all, 0, headers, StandardCharsets.UTF_8);
        boolean isStatus = head.length() >= 12 && Character.isDigit(head.charAt(9));
        return new Received(
                words[0],
                Integer.parseInt(words[1]),
                isStatus ? Integer.parseInt(head.substring(9, 12)) : 0,
                Arrays.copyOfRange(all, headers, all.length));
    }

    /** That nobody subscribes what was asked. */
    public boolean isNobody() {
        return status == NO_RESPONDERS;
    }

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
