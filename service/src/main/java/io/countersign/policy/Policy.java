// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Identity;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What may a proven client do: the first rule that matches says. Immutable and safe for any number
 * of threads; does no I/O and looks at no clock. {@link #explain} goes the same way as {@link
 * #decide} and only tells more.
 */
public final class Policy {
    private final List<Rule> rules;
    private final RuleIndex index;
    private final List<WrittenOut> writtenOut;

    Policy(List<Rule> rules, List<WrittenOut> writtenOut) {
        this.rules = List.copyOf(rules);
        this.writtenOut = List.copyOf(writtenOut);
        this.index = new RuleIndex(this.rules);
    }

    /** Judges what was written and, if nothing is wrong with it, makes a policy of it. */
    public static PolicyCompilation compile(PolicySource source, PolicyContext context) {
        return new PolicyCompiler(context).compile(source);
    }

    /** Ids of all rules, in their order. */
    public List<RuleId> rules() {
        return rules.stream().map(Rule::id).toList();
    }

    /** What its shorthands became, for whoever reviews it: roles first, then rules. */
    public List<WrittenOut> writtenOut() {
        return writtenOut;
    }

    /**
     * Decides about a client.
     *
     * @param identity what an authenticator proved
     * @param now our clock, for the expiry and times of day
     */
    public Decision decide(Identity identity, VerifiedRequest request, Instant now) {
        return decide(Facts.of(identity, request), now);
    }

    /** Decides about facts from anywhere: {@code explain}, {@code policy test}. */
    public Decision decide(Facts facts, Instant now) {
        Decision.@Nullable Deny nearest = null;
        int nearestAt = rules.size();
        Question question = Question.of(facts, now);
        BitSet candidates = index.candidates(facts.identity());
        Optional<BitSet> around = question.address().flatMap(index::around);
        BitSet here = candidates;
        if (around.isPresent()) {
            here = around.get();
            here.and(candidates);
        }
        for (int i = here.nextSetBit(0); i >= 0; i = here.nextSetBit(i + 1)) {
            Rule rule = rules.get(i);
            Fit fit = rule.fit(question);
            if (fit == Fit.WHOLE) {
                return rule.decide(facts, now);
            }
            if (nearest == null && !rule.denies()) {
                nearest = nearMiss(rule, fit);
                nearestAt = nearest == null ? nearestAt : i;
            }
        }
        if (around.isPresent()) {
            BitSet elsewhere = (BitSet) candidates.clone();
            elsewhere.andNot(here);
            nearest = nearer(elsewhere, nearestAt, question, nearest);
        }
        return nearest != null ? nearest : Decision.Deny.because(Reason.NO_RULE, "no rule matches");
    }

    /** Nobody is let in any more; only the reason may still become a better one. */
    private Decision.@Nullable Deny nearer(
            BitSet elsewhere, int before, Question question, Decision.@Nullable Deny nearest) {
        for (int i = elsewhere.nextSetBit(0);
                i >= 0 && i < before;
                i = elsewhere.nextSetBit(i + 1)) {
            Rule rule = rules.get(i);
            Decision.Deny miss = rule.denies() ? null : nearMiss(rule, rule.fit(question));
            if (miss != null) {
                return miss;
            }
        }
        return nearest;
    }

    /** The reason to give if nothing better comes: only the whereabouts stood between. */
    private static Decision.@Nullable Deny nearMiss(Rule rule, Fit fit) {
        return switch (fit) {
            case BUT_NETWORK ->
                    new Decision.Deny(
                            Reason.ADDRESS_NOT_ALLOWED,
                            "rule " + rule.id() + " asks for another network",
                            Optional.of(rule.id()));
            case BUT_CONNECTION ->
                    new Decision.Deny(
                            Reason.CONNECTION_TYPE_NOT_ALLOWED,
                            "rule " + rule.id() + " asks for another kind of connection",
                            Optional.of(rule.id()));
            case WHOLE, NONE -> null;
        };
    }

    /** Tells what each rule makes of the client; for people, not for logins. */
    public Explanation explain(Facts facts, Instant now) {
        List<Explanation.RuleReport> reports = new ArrayList<>();
        Question question = Question.of(facts, now);
        boolean decided = false;
        for (Rule rule : rules) {
            boolean takesIt = rule.fit(question) == Fit.WHOLE;
            reports.add(report(rule, question, takesIt, takesIt && !decided));
            decided |= takesIt;
        }
        return new Explanation(decide(facts, now), reports);
    }

    private static Explanation.RuleReport report(
            Rule rule, Question question, boolean takesIt, boolean decisive) {
        List<Explanation.ConditionReport> conditions = new ArrayList<>();
        Match all = Match.YES;
        for (Condition condition : rule.conditions()) {
            Match match = condition.test(question);
            all = all.and(match);
            conditions.add(
                    new Explanation.ConditionReport(
                            condition.key(),
                            match,
                            condition.found(question),
                            condition.expected()));
        }
        return new Explanation.RuleReport(
                rule.id(), rule.denies(), all, takesIt, decisive, conditions);
    }
}
