// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.util.Set;

/**
 * The client's address is in one of these networks. We enforce it, because the server ignores
 * {@code src} of callout users (reference 4).
 */
record InNetwork(Set<Cidr> networks) implements Condition {
    InNetwork {
        networks = Set.copyOf(networks);
    }

    @Override
    public Match test(Question question) {
        return question.address().map(address -> Match.of(isWithin(address))).orElse(Match.UNKNOWN);
    }

    private boolean isWithin(HostAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
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
