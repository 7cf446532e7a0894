// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds rules that can never decide, because an earlier one asks for the same or less: its
 * conditions are a part of theirs.
 */
final class Reachability {
    /** Rules with more conditions are only compared as a whole (2^n parts otherwise). */
    private static final int MAX_CONDITIONS = 10;

    private final Map<Set<Condition>, RuleId> seen = new HashMap<>();

    /** The earlier rule that takes all clients of this one; else this one is remembered. */
    Optional<RuleId> hides(Rule rule) {
        Set<Condition> asked = new HashSet<>(rule.conditions());
        asked.removeIf(Condition::isAlwaysTrue);
        for (Set<Condition> part : parts(asked)) {
            RuleId earlier = seen.get(part);
            if (earlier != null) {
                return Optional.of(earlier);
            }
        }
        seen.put(asked, rule.id());
        return Optional.empty();
    }

    private static List<Set<Condition>> parts(Set<Condition> asked) {
        if (asked.size() > MAX_CONDITIONS) {
            return List.of(Set.of(), asked);
        }
        List<Set<Condition>> parts = new ArrayList<>();
        parts.add(Set.of());
        for (Condition condition : asked) {
            for (Set<Condition> part : List.copyOf(parts)) {
                Set<Condition> larger = new HashSet<>(part);
                larger.add(condition);
                parts.add(larger);
            }
        }
        return parts;
    }
}
