// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One thing that a rule asks. Immutable, compared by value (equal conditions hold for the same
 * clients), pure and fast: it runs inside a login.
 */
interface Condition {
    /** Whether it holds. What cannot be told is {@link Match#UNKNOWN}, never an exception. */
    Match test(Question question);

    /** What it looks at. */
    Aspect aspect();

    /** For an explanation: the key in the file, with the attribute's name. */
    default String key() {
        return aspect().key();
    }

    /** For an explanation: what would satisfy it. */
    String expected();

    /** For an explanation: what the client has. */
    default String found(Facts facts) {
        return listed(aspect().words(facts));
    }

    /** The same, for conditions about more than the client. */
    default String found(Question question) {
        return found(question.facts());
    }

    /** When it ceases to hold by itself, where it holds now: no session goes on beyond that. */
    default Optional<Instant> end(Instant now) {
        return Optional.empty();
    }

    /**
     * Anchors of which an identity must have one, or the condition cannot hold. Empty: it can hold
     * for anybody. Rules are found by them.
     */
    default Set<Anchor> anchors() {
        return Set.of();
    }

    /** Whether it asks who the client is; a grant without such a condition is for anybody. */
    default boolean isAboutIdentity() {
        return false;
    }

    /** Whether it holds for every client there can be. */
    default boolean isAlwaysTrue() {
        return false;
    }

    /** Values in a fixed order, for a person. */
    static String listed(Collection<String> values) {
        return values.isEmpty()
                ? "nothing"
                : values.stream().sorted().collect(Collectors.joining(", "));
    }
}
