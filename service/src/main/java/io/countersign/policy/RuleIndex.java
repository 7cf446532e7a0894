// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.HostAddress;
import io.countersign.identity.Identity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Finds the rules that an identity could match without asking each: a rule stands under the anchors
 * of its most telling exact condition, or under none and is then asked for everybody. It only
 * leaves out rules of which that condition does not hold. Immutable.
 */
final class RuleIndex {
    /** Asking so few rules costs less than looking up which to ask. */
    private static final int FEW = 8;

    /** More places than this are kept as a set of bits, which is faster to add. */
    private static final int MANY = 64;

    private final boolean isShort;
    private final Map<Anchor, Places> anchored;
    private final NetworkIndex networks;
    private final BitSet anybody = new BitSet();
    private final int longestPrefix;
    private final int longestSuffix;

    /** Positions of rules: few as numbers, many as bits. */
    private record Places(int[] few, BitSet many) {
        static Places of(List<Integer> list) {
            BitSet bits = new BitSet();
            list.forEach(bits::set);
            return list.size() > MANY
                    ? new Places(new int[0], bits)
                    : new Places(bits.stream().toArray(), new BitSet());
        }

        void addTo(BitSet rules) {
            for (int place : few) {
                rules.set(place);
            }
            if (!many.isEmpty()) {
                rules.or(many);
            }
        }
    }

    RuleIndex(List<Rule> rules) {
        isShort = rules.size() <= FEW;
        Map<Anchor, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            Set<Anchor> anchors = anchors(rules.get(i));
            if (anchors.isEmpty() || isShort) {
                anybody.set(i);
            }
            for (Anchor anchor : anchors) {
                places.computeIfAbsent(anchor, _ -> new ArrayList<>()).add(i);
            }
        }
        Map<Anchor, Places> found = new HashMap<>();
        places.forEach((anchor, list) -> found.put(anchor, Places.of(list)));
        this.anchored = Map.copyOf(found);
        this.networks = new NetworkIndex(rules);
        this.longestPrefix = longest(Anchor::prefixLength);
        this.longestSuffix = longest(Anchor::suffixLength);
    }

    private int longest(ToIntFunction<Anchor> length) {
        return anchored.keySet().stream().mapToInt(length).max().orElse(0);
    }

    /** Conditions stand in the order of aspects, so the first that has anchors tells most. */
    private static Set<Anchor> anchors(Rule rule) {
        for (Condition condition : rule.conditions()) {
            Set<Anchor> anchors = condition.anchors();
            if (!anchors.isEmpty()) {
                return anchors;
            }
        }
        return Set.of();
    }

    /** Positions of the rules to ask; only to read. */
    BitSet candidates(Identity identity) {
        if (isShort) {
            return anybody;
        }
        BitSet candidates = (BitSet) anybody.clone();
        for (Anchor anchor : Anchor.of(identity, longestPrefix, longestSuffix)) {
            Places places = anchored.get(anchor);
            if (places != null) {
                places.addTo(candidates);
            }
        }
        return candidates;
    }

    /**
     * Rules whose networks the address is in, or that ask for none; a set of the caller's own.
     * Empty if none asks for a network.
     */
    Optional<BitSet> around(HostAddress address) {
        return isShort || networks.isEmpty()
                ? Optional.empty()
                : Optional.of(networks.around(address));
    }
}
