// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Cidr;
import java.util.List;
import java.util.Set;

/**
 * The client's address is in one of these networks. We enforce it, because the server ignores
 * {@code src} of callout users (reference 4).
 */
record InNetwork(Set<Cidr> networks) implements Condition {
    private static final List<Cidr> ALL_ADDRESSES =
            List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    InNetwork {
        networks = Set.copyOf(networks);
    }

    @Override
    public Match test(Facts facts) {
        if (Cidr.anyContains(networks, facts.host())) {
            return Match.YES;
        }
        return Cidr.anyContains(ALL_ADDRESSES, facts.host()) ? Match.NO : Match.UNKNOWN;
    }

    @Override
    public Aspect aspect() {
        return Aspect.NETWORK;
    }

    @Override
    public String expected() {
        return Condition.listed(networks.stream().map(Cidr::toString).toList());
    }

    @Override
    public String found(Facts facts) {
        return facts.host().isEmpty() ? "no address" : facts.host();
    }
}
