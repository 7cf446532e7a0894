// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions of a rule: all keys must hold, and for each key one of its values. A key without
 * values asks nothing (the reader refuses one that is written with an empty list, which its author
 * may have meant as "nobody").
 *
 * @param path of the mapping ({@code rules[0].when})
 * @param source {@code source}: names of authenticators
 * @param name {@code name}: the proven name, literal or with {@code *} for any run of characters
 * @param groups {@code groups}: one of the principal's groups
 * @param attributes {@code attributes}: for each key one of these values
 * @param network {@code network}: CIDR blocks or single addresses
 * @param connection {@code connection}: {@code nats}, {@code websocket}, {@code mqtt}, {@code
 *     leafnode}
 * @param serverName {@code server-name}: literal or with {@code *}
 * @param serverCluster {@code server-cluster}: literal or with {@code *}
 * @param serverTags {@code server-tags}: one of the server's tags
 * @param clientKind {@code client-kind}: {@code client}, {@code leafnode}
 * @param times {@code times}: windows like {@code Mon-Fri 08:00-18:00} or {@code 22:00-06:00}
 * @param timeZone {@code time-zone} of them, an IANA name; empty: UTC
 * @param expression {@code expression}: in CEL, for what the others cannot say; empty: none
 */
public record WhenSource(
        String path,
        List<String> source,
        List<String> name,
        List<String> groups,
        Map<String, List<String>> attributes,
        List<String> network,
        List<String> connection,
        List<String> serverName,
        List<String> serverCluster,
        List<String> serverTags,
        List<String> clientKind,
        List<String> times,
        String timeZone,
        String expression) {
    public WhenSource {
        source = List.copyOf(source);
        name = List.copyOf(name);
        groups = List.copyOf(groups);
        Map<String, List<String>> copy = new LinkedHashMap<>();
        attributes.forEach((key, values) -> copy.put(key, List.copyOf(values)));
        attributes = Collections.unmodifiableMap(copy);
        network = List.copyOf(network);
        connection = List.copyOf(connection);
        serverName = List.copyOf(serverName);
        serverCluster = List.copyOf(serverCluster);
        serverTags = List.copyOf(serverTags);
        clientKind = List.copyOf(clientKind);
        times = List.copyOf(times);
    }

    /** No conditions, or no {@code when} at all. */
    public static WhenSource nothing(String path) {
        List<String> none = List.of();
        return new WhenSource(
                path, none, none, none, Map.of(), none, none, none, none, none, none, none, "", "");
    }
}
