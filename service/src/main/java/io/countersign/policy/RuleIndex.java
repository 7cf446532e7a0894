// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Identity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the rules that an identity could match without asking each: a rule stands under the anchors
 * of its most telling exact condition, or under none and is then asked for everybody. It only
 * leaves out rules of which that condition does not hold. Immutable.
 */
final class RuleIndex {
    /** Asking so few rules costs less than looking up which to ask. */
    private static final int FEW = 8;

    private final boolean isShort;
    private final Map<Anchor, int[]> anchored;
    private final BitSet anybody = new BitSet();
    private final int longestPrefix;

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
        Map<Anchor, int[]> found = new HashMap<>();
        places.forEach((anchor, list) ->
                found.put(anchor, list.stream().mapToInt(Integer::intValue).toArray()));
        this.anchored = Map.copyOf(found);
        this.longestPrefix = found.keySet().stream().mapToInt(Anchor::prefixLength).max().orElse(0);
    }

    /** Conditions stand in the order of aspects, so the first that has anchors tells most. */
    private static Set<Anchor> anchors(Rule rule) {
        return rule.conditions().stream()
                .map(Condition::anchors)
                .filter(anchors -> !anchors.isEmpty())
                .findFirst()
                .orElse(Set.of());
    }

    /** Positions of the rules to ask; only to read. */
    BitSet candidates(Identity identity) {
        if (isShort) {
            return anybody;
        }
        BitSet candidates = (BitSet) anybody.clone();
        for (Anchor anchor : Anchor.of(identity, longestPrefix)) {
            int[] places = anchored.get(anchor);
            if (places != null) {
                for (int place : places) {
                    candidates.set(place);
                }
            }
        }
        return candidates;
    }
}
