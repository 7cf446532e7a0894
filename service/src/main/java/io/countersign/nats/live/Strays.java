// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.SessionFilter;
import io.countersign.identity.Cidr;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What can be told of sessions that no instance remembers, because the one that granted them died
 * or was started anew: only what servers list, which is the bare name, the account, the address,
 * the MQTT client id and the start.
 *
 * @param filter that servers apply themselves
 * @param matches the rest
 */
record Strays(Map<String, String> filter, Predicate<ServerConnections.Found> matches) {
    /** Those that a revocation names; empty if servers do not show what it names. */
    static Optional<Strays> of(Revocation it, Map<String, String> accounts) {
        return switch (it.kind()) {
            case PRINCIPAL -> Optional.of(named(it.value()));
            case ACCOUNT -> Optional.of(in(accounts.getOrDefault(it.value(), it.value())));
            case ADDRESS -> {
                Cidr network = Cidr.parse(it.value());
                yield Optional.of(new Strays(Map.of(), f -> network.contains(f.address())));
            }
            case CLIENT ->
                    Optional.of(
                            new Strays(
                                    Map.of("mqtt_client", it.value()),
                                    f -> f.client().equals(it.value())));
            case ISSUED_BEFORE -> {
                Instant time = Instant.parse(it.value());
                yield Optional.of(new Strays(Map.of(), f -> f.started().isBefore(time)));
            }
            case CREDENTIAL, TOKEN, ISSUER, SESSION -> Optional.empty();
        };
    }

    /** Those that an administrator means; empty if servers do not show it. */
    static Optional<Strays> of(SessionFilter it, Map<String, String> accounts) {
        if (!it.session().isEmpty()) {
            return Optional.empty();
        }
        Strays all = new Strays(Map.of(), _ -> true);
        if (!it.principal().isEmpty()) {
            all = all.and(named(it.principal()));
        }
        if (!it.account().isEmpty()) {
            all = all.and(in(accounts.getOrDefault(it.account(), it.account())));
        }
        if (!it.client().isEmpty()) {
            all =
                    all.and(
                            new Strays(
                                    Map.of("mqtt_client", it.client()),
                                    f -> f.client().equals(it.client())));
        }
        return Optional.of(
                all.and(
                        new Strays(
                                Map.of(),
                                f ->
                                        (it.address().isEmpty()
                                                        || it.address().get().contains(f.address()))
                                                && (it.server().isEmpty()
                                                        || it.server().equals(f.server())
                                                        || it.server().equals(f.serverName())))));
    }

    /** Names are not unique: another source may have the same one. */
    private static Strays named(String principal) {
        String name = principal.substring(principal.indexOf(':') + 1);
        return new Strays(Map.of("user", name), f -> f.user().equals(name));
    }

    private static Strays in(String account) {
        return new Strays(Map.of("acc", account), f -> f.account().equals(account));
    }

    private Strays and(Strays other) {
        Map<String, String> both = new java.util.HashMap<>(filter);
        both.putAll(other.filter);
        return new Strays(Map.copyOf(both), matches.and(other.matches));
    }

    /** Names connections, for a question to all instances. */
    static ObjectNode question(Iterable<ServerConnections.Found> found) {
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        ArrayNode array = json.putArray("connections");
        found.forEach(f ->
                array.addObject()
                        .put("server", f.server())
                        .put("cid", Long.toUnsignedString(f.cid())));
        return json;
    }

    static String key(JsonNode connection) {
        return key(connection.path("server").asText(), connection.path("cid").asText());
    }

    static String key(String server, String cid) {
        return server + " " + cid;
    }
}
