// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Identity;
import io.countersign.protocol.ClientInfo;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.ServerId;
import io.countersign.protocol.VerifiedRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All that rules may look at: who the client proved to be, and where it connects from and to.
 * {@code explain} makes them up; a real decision takes them from a request.
 *
 * @param identity what an authenticator found out
 * @param host the client's IP address as text; anything else is an unknown address
 * @param connection empty for kinds that we do not know
 * @param clientKind lower case: {@code client}, {@code leafnode}
 * @param clientId the MQTT client id, which the client chooses; empty if none
 * @param serverTags lower case, as servers send them
 * @param clientName what the client calls itself; nobody has proved it
 * @param tls whether the client's connection to the server is over TLS
 * @param userKey the server's key for this connection: the seed of the jitter
 */
public record Facts(
        Identity identity,
        String host,
        Optional<ConnectionType> connection,
        String clientKind,
        String clientId,
        String serverName,
        String serverCluster,
        List<String> serverTags,
        String clientName,
        boolean tls,
        String userKey) {
    public Facts {
        serverTags = List.copyOf(serverTags);
    }

    /** Of a request that a server asked. */
    public static Facts of(Identity identity, VerifiedRequest request) {
        ClientInfo client = request.client();
        ServerId server = request.server();
        return new Facts(
                identity,
                client.host(),
                ConnectionType.of(client),
                lowerCase(client.kind()),
                client.mqttId(),
                server.name(),
                server.cluster(),
                server.tags(),
                client.name(),
                request.tls().isPresent(),
                request.userKey().text());
    }

    /** The common one is not made anew for each login. */
    private static String lowerCase(String kind) {
        return kind.equals("Client") ? "client" : kind.toLowerCase(Locale.ROOT);
    }

    String name() {
        return identity.principal().name();
    }

    String source() {
        return identity.principal().source();
    }

    /** Values of an attribute; none if the principal does not have it. */
    List<String> attribute(String key) {
        return identity.attributes().getOrDefault(key, List.of());
    }
}
