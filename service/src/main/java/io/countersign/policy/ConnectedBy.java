// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.ConnectionType;
import java.util.Set;

/**
 * The client connects in one of these ways. We enforce it, because the server ignores {@code
 * allowed_connection_types} of callout users (reference 4).
 */
record ConnectedBy(Set<ConnectionType> wanted) implements Condition {
    ConnectedBy {
        wanted = Set.copyOf(wanted);
    }

    @Override
    public Match test(Question question) {
        return question.facts()
                .connection()
                .map(type -> Match.of(wanted.contains(type)))
                .orElse(Match.UNKNOWN);
    }

    @Override
    public Aspect aspect() {
        return Aspect.CONNECTION;
    }

    @Override
    public String expected() {
        return Condition.listed(wanted.stream().map(ConnectionType::word).toList());
    }

    @Override
    public String found(Facts facts) {
        return facts.connection().map(ConnectionType::word).orElse("an unknown kind");
    }
}
