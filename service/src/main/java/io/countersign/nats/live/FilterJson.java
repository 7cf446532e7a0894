// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.SessionFilter;
import io.countersign.identity.Cidr;
import java.util.Optional;

/** Filters of sessions as JSON: what commands send and instances tell one another. */
public final class FilterJson {
    private FilterJson() {}

    /**
     * From an object in which every field may be missing.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static SessionFilter read(JsonNode json) {
        String address = text(json, "address");
        return new SessionFilter(
                text(json, "principal"),
                text(json, "account"),
                address.isEmpty() ? Optional.empty() : Optional.of(Cidr.parse(address)),
                text(json, "server"),
                text(json, "session"),
                text(json, "client"));
    }

    /** The other way. */
    public static ObjectNode write(SessionFilter filter) {
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        json.put("principal", filter.principal()).put("account", filter.account());
        json.put("address", filter.address().map(Cidr::toString).orElse(""));
        json.put("server", filter.server()).put("session", filter.session());
        return json.put("client", filter.client());
    }

    /** For people: what is said, and nothing else. */
    public static String words(SessionFilter filter) {
        StringBuilder words = new StringBuilder();
        write(filter)
                .properties()
                .forEach(field -> {
                    if (!field.getValue().asText().isEmpty()) {
                        words.append(words.isEmpty() ? "" : ", ").append(field.getKey());
                        words.append(' ').append(field.getValue().asText());
                    }
                });
        return words.toString();
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText("");
    }
}
