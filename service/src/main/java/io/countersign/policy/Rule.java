// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A rule, compiled.
 *
 * @param conditions all must hold; in the order of {@link Aspect}
 * @param grant empty for a rule that denies
 */
record Rule(RuleId id, List<Condition> conditions, Optional<GrantTemplate> grant) {
    Rule {
        conditions = conditions.stream().sorted(Comparator.comparing(Condition::aspect)).toList();
    }

    boolean denies() {
        return grant.isEmpty();
    }

    /** Stops at the first condition that settles it. */
    Fit fit(Question question) {
        Fit fit = Fit.WHOLE;
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            if (!holds(condition.test(question))) {
                fit = fit == Fit.WHOLE ? without(condition.aspect()) : Fit.NONE;
                if (fit == Fit.NONE) {
                    return fit;
                }
            }
        }
        return fit;
    }

    /** What cannot be told counts against the client. */
    boolean holds(Match match) {
        return match == Match.YES || (match == Match.UNKNOWN && denies());
    }

    private static Fit without(Aspect aspect) {
        return switch (aspect) {
            case NETWORK -> Fit.BUT_NETWORK;
            case CONNECTION -> Fit.BUT_CONNECTION;
            case NAME,
                    GROUPS,
                    ATTRIBUTES,
                    SOURCE,
                    SERVER_NAME,
                    SERVER_CLUSTER,
                    SERVER_TAGS,
                    CLIENT_KIND,
                    TIMES,
                    EXPRESSION ->
                    Fit.NONE;
        };
    }

    /** When the rule ceases to hold, if it does by itself. */
    private Optional<Instant> end(Instant now) {
        Optional<Instant> first = Optional.empty();
        // By index and without streams, as everything that each login goes through (ADR 47).
        for (int i = 0; i < conditions.size(); i++) {
            Optional<Instant> end = conditions.get(i).end(now);
            if (end.isPresent() && (first.isEmpty() || end.get().isBefore(first.get()))) {
                first = end;
            }
        }
        return first;
    }

    /** For a client that fits. */
    Decision decide(Facts facts, Instant now) {
        return grant.isPresent()
                ? grant.get().decide(id, facts, now, end(now))
                : new Decision.Deny(Reason.NO_RULE, "denied by rule " + id, Optional.of(id));
    }
}
