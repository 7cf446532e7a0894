// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.Optional;

/** How a client is connected, as far as a request tells (reference 10, item 61). */
public enum ConnectionType {
    /** NATS protocol over TCP. */
    STANDARD("nats"),
    WEBSOCKET("websocket"),
    MQTT("mqtt"),
    LEAFNODE("leafnode");

    private final String word;

    ConnectionType(String word) {
        this.word = word;
    }

    /** The word used in our files. */
    public String word() {
        return word;
    }

    /** From {@code client_info.kind} and {@code .type}; empty for what we do not know. */
    public static Optional<ConnectionType> of(ClientInfo client) {
        if (client.kind().equals("Leafnode")) {
            return Optional.of(LEAFNODE);
        }
        if (!client.kind().equals("Client")) {
            return Optional.empty();
        }
        return switch (client.type()) {
            case "nats" -> Optional.of(STANDARD);
            case "websocket" -> Optional.of(WEBSOCKET);
            case "mqtt" -> Optional.of(MQTT);
            default -> Optional.empty();
        };
    }
}
