// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * Why a policy decides as it does, rule by rule.
 *
 * @param decision what {@link Policy#decide} says of the same facts
 * @param rules all rules in their order, also those behind the one that decided
 */
public record Explanation(Decision decision, List<RuleReport> rules) {
    public Explanation {
        rules = List.copyOf(rules);
    }

    /**
     * What a rule makes of the client.
     *
     * @param denies whether it refuses who matches
     * @param match all conditions together
     * @param takesIt whether the client is this rule's: an unknown counts for a denying rule and
     *     against a granting one
     * @param decisive whether it is the first of these, whose word counts
     */
    public record RuleReport(
            RuleId rule,
            boolean denies,
            Match match,
            boolean takesIt,
            boolean decisive,
            List<ConditionReport> conditions) {
        public RuleReport {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * What a condition makes of the client.
     *
     * @param key in the file, below {@code when}
     * @param found what the client has
     * @param expected what would satisfy the rule
     */
    public record ConditionReport(String key, Match match, String found, String expected) {}
}
