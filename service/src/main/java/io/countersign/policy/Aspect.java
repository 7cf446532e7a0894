// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.ConnectionType;
import java.util.Collection;
import java.util.List;

/**
 * What a condition looks at: a key of {@code when}. In the order in which a rule asks: what tells
 * rules apart first, whereabouts last, because "all but the network" is a reason of its own.
 */
public enum Aspect {
    NAME("name"),
    GROUPS("groups"),
    ATTRIBUTES("attributes"),
    SOURCE("source"),
    SERVER_NAME("server-name"),
    SERVER_CLUSTER("server-cluster"),
    SERVER_TAGS("server-tags"),
    CLIENT_KIND("client-kind"),
    NETWORK("network"),
    CONNECTION("connection"),
    TIMES("times"),
    /** Last: it costs most, and the others may have settled it. */
    EXPRESSION("expression");

    private final String key;

    Aspect(String key) {
        this.key = key;
    }

    /** The key in the file. */
    public String key() {
        return key;
    }

    /** What the client has of it. */
    Collection<String> words(Facts facts) {
        return switch (this) {
            case NAME -> List.of(facts.name());
            case GROUPS -> facts.identity().groups();
            case ATTRIBUTES -> facts.identity().attributes().keySet();
            case SOURCE -> List.of(facts.source());
            case SERVER_NAME -> List.of(facts.serverName());
            case SERVER_CLUSTER -> List.of(facts.serverCluster());
            case SERVER_TAGS -> facts.serverTags();
            case CLIENT_KIND -> List.of(facts.clientKind());
            case NETWORK -> List.of(facts.host());
            case TIMES, EXPRESSION -> List.of(); // no one fact about the client
            case CONNECTION -> facts.connection().stream().map(ConnectionType::word).toList();
        };
    }
}
