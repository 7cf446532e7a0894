// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.protocol.ConnectionType;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client that a test sends: {@code users:alice} from 127.0.0.1 over plain NATS, unless changed.
 */
final class Client {
    private final String name;
    private final Set<String> groups = new HashSet<>();
    private final Map<String, List<String>> attributes = new HashMap<>();
    private String source = "users";
    private Optional<Instant> notAfter = Optional.empty();
    private String host = "127.0.0.1";
    private Optional<ConnectionType> connection = Optional.of(ConnectionType.STANDARD);
    private String kind = "client";
    private String clientId = "";
    private String serverName = "east-1";
    private String cluster = "east";
    private List<String> serverTags = List.of();
    private String userKey = "UA";
    private String clientName = "";
    private boolean tls;

    private Client(String name) {
        this.name = name;
    }

    static Client named(String name) {
        return new Client(name);
    }

    Client source(String value) {
        source = value;
        return this;
    }

    Client groups(String... values) {
        groups.addAll(List.of(values));
        return this;
    }

    Client attribute(String key, String... values) {
        attributes.put(key, List.of(values));
        return this;
    }

    Client until(Instant end) {
        notAfter = Optional.of(end);
        return this;
    }

    Client from(String address) {
        host = address;
        return this;
    }

    Client over(ConnectionType type) {
        connection = Optional.of(type);
        kind = type == ConnectionType.LEAFNODE ? "leafnode" : "client";
        return this;
    }

    Client overSomethingNew() {
        connection = Optional.empty();
        return this;
    }

    Client mqttId(String id) {
        clientId = id;
        return over(ConnectionType.MQTT);
    }

    Client at(String server, String clusterName, String... tags) {
        serverName = server;
        cluster = clusterName;
        serverTags = List.of(tags);
        return this;
    }

    Client calling(String text) {
        clientName = text;
        return this;
    }

    Client overTls() {
        tls = true;
        return this;
    }

    Client userKey(String key) {
        userKey = key;
        return this;
    }

    Identity identity() {
        return new Identity(
                new Principal(source, name), CredentialRef.NONE, groups, attributes, notAfter);
    }

    Facts facts() {
        return new Facts(
                identity(),
                host,
                connection,
                kind,
                clientId,
                serverName,
                cluster,
                serverTags,
                clientName,
                tls,
                userKey);
    }
}
