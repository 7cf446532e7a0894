// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an instance says of itself about once a second.
 *
 * @param started when the process began, ms; of two processes of one name the later one counts
 * @param number counts up from 1
 * @param isLeaving true in the last one: its silence means nothing
 * @param revision that it has in force; empty from builds that do not tell
 * @param links its NATS connections, which end if it falls silent
 */
record Beat(
        String instance,
        long started,
        long number,
        boolean isLeaving,
        String revision,
        List<LinkPlace> links) {
    private static final int MOST_LINKS = 64;

    private static final int LONGEST_REVISION = 128;

    Beat {
        links = List.copyOf(links);
    }

    /** True if it was said after the other one of the same instance. */
    boolean isAfter(Beat other) {
        return started > other.started || (started == other.started && number > other.number);
    }

    byte[] bytes() {
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        json.put("instance", instance).put("started", started).put("number", number);
        json.put("leaving", isLeaving).put("revision", revision);
        ArrayNode array = json.putArray("links");
        links.forEach(link -> array.add(link.json()));
        return PeerTalk.bytes(json);
    }

    /** Empty for what is none. */
    static Optional<Beat> read(byte[] bytes) {
        try {
            JsonNode json = PeerTalk.JSON.readTree(bytes);
            String instance = json.path("instance").asText("");
            List<LinkPlace> links = new ArrayList<>();
            for (JsonNode each : json.path("links")) {
                LinkPlace.read(each).ifPresent(links::add);
            }
            String revision = json.path("revision").asText("");
            if (instance.isEmpty()
                    || links.size() > MOST_LINKS
                    || revision.length() > LONGEST_REVISION) {
                return Optional.empty();
            }
            return Optional.of(
                    new Beat(
                            instance,
                            json.path("started").asLong(),
                            json.path("number").asLong(),
                            json.path("leaving").asBoolean(),
                            revision,
                            links));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
