// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the rules whose networks an address is in, by one look-up for each length of prefix that
 * occurs, instead of asking each rule. Immutable.
 */
final class NetworkIndex {
    private final Map<Cidr, int[]> byNetwork;

    /** Lengths that occur, of IPv4 networks and of IPv6 networks. */
    private final int[] v4;

    private final int[] v6;

    /** Rules that ask for no network. */
    private final BitSet anywhere = new BitSet();

    NetworkIndex(List<Rule> rules) {
        Map<Cidr, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            boolean isAnywhere = true;
            for (Condition condition : rules.get(i).conditions()) {
                if (condition instanceof InNetwork asked) {
                    isAnywhere = false;
                    for (Cidr network : asked.networks()) {
                        places.computeIfAbsent(network, _ -> new ArrayList<>()).add(i);
                    }
                }
            }
            anywhere.set(i, isAnywhere);
        }
        Map<Cidr, int[]> found = new HashMap<>();
        places.forEach((network, list) ->
                found.put(network, list.stream().mapToInt(Integer::intValue).toArray()));
        byNetwork = Map.copyOf(found);
        v4 = lengths(true);
        v6 = lengths(false);
    }

    private int[] lengths(boolean isV4) {
        return byNetwork.keySet().stream()
                .filter(network -> network.address().v4() == isV4)
                .mapToInt(Cidr::length)
                .distinct()
                .sorted()
                .toArray();
    }

    /** Whether no rule asks for a network. */
    boolean isEmpty() {
        return byNetwork.isEmpty();
    }

    /** Positions of the rules that the address does not keep anybody from, in a new set. */
    BitSet around(HostAddress address) {
        BitSet rules = (BitSet) anywhere.clone();
        for (int length : address.v4() ? v4 : v6) {
            int[] places = byNetwork.get(Cidr.of(address, length));
            if (places != null) {
                for (int place : places) {
                    rules.set(place);
                }
            }
        }
        return rules;
    }
}
