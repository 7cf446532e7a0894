// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Set;
import java.util.stream.Collectors;

/** The client has one of these words: sources, groups, server tags, kinds of client. */
record AnyOf(Aspect aspect, Set<String> wanted) implements Condition {
    AnyOf {
        wanted = Set.copyOf(wanted);
    }

    @Override
    public Match test(Question question) {
        for (String word : aspect.words(question.facts())) {
            if (wanted.contains(word)) {
                return Match.YES;
            }
        }
        return Match.NO;
    }

    @Override
    public String expected() {
        return Condition.listed(wanted);
    }

    @Override
    public Set<Anchor> anchors() {
        return isAboutIdentity()
                ? wanted.stream()
                        .map(word -> Anchor.of(aspect, word))
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    @Override
    public boolean isAboutIdentity() {
        return aspect == Aspect.SOURCE || aspect == Aspect.GROUPS;
    }
}
