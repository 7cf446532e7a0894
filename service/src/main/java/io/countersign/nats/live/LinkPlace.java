// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import java.util.Optional;

/**
 * Where one NATS connection of an instance is.
 *
 * @param name what it is for
 * @param server id of the server
 * @param serverName as people know it
 */
public record LinkPlace(String name, String server, String serverName, long cid) {
    /** The place of a live connection. */
    public static LinkPlace of(String name, Connection connection) {
        ServerInfo info = connection.getServerInfo();
        return new LinkPlace(
                name,
                info.getServerId(),
                info.getServerName() == null ? info.getServerId() : info.getServerName(),
                info.getClientId());
    }

    /** For answers. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("server", server)
                .put("server-name", serverName)
                .put("cid", Long.toUnsignedString(cid));
    }

    static Optional<LinkPlace> read(JsonNode json) {
        try {
            String server = json.path("server").asText("");
            return Optional.of(
                    new LinkPlace(
                            json.path("name").asText(""),
                            NKey.parse(server, NKeyType.SERVER).text(),
                            json.path("server-name").asText(""),
                            Long.parseUnsignedLong(json.path("cid").asText(""))));
        } catch (InvalidKey | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
