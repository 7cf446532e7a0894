// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.protocol.Permissions;
import java.time.Instant;

/** What a policy says to a client at a fixed time. */
final class Outcomes {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private Outcomes() {}

    static Decision decide(Policy policy, Client client) {
        return policy.decide(client.facts(), NOW);
    }

    static Decision.Allow allow(Policy policy, Client client) {
        Decision decision = decide(policy, client);
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return (Decision.Allow) decision;
    }

    static Permissions permissions(Policy policy, Client client) {
        return allow(policy, client).grant().permissions();
    }

    static Decision.Deny deny(Policy policy, Client client) {
        Decision decision = decide(policy, client);
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        return (Decision.Deny) decision;
    }

    static Reason reason(Policy policy, Client client) {
        return deny(policy, client).reason();
    }
}
