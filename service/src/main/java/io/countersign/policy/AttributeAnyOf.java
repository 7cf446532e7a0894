// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Set;
import java.util.stream.Collectors;

/** The principal has an attribute with one of these values. */
record AttributeAnyOf(String attribute, Set<String> wanted) implements Condition {
    AttributeAnyOf {
        wanted = Set.copyOf(wanted);
    }

    @Override
    public Match test(Question question) {
        return Match.of(question.facts().attribute(attribute).stream().anyMatch(wanted::contains));
    }

    @Override
    public Aspect aspect() {
        return Aspect.ATTRIBUTES;
    }

    @Override
    public String key() {
        return Paths.key(Aspect.ATTRIBUTES.key(), attribute);
    }

    @Override
    public String expected() {
        return Condition.listed(wanted);
    }

    @Override
    public String found(Facts facts) {
        return Condition.listed(facts.attribute(attribute));
    }

    @Override
    public Set<Anchor> anchors() {
        return wanted.stream()
                .map(value -> new Anchor(Aspect.ATTRIBUTES, attribute, value))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean isAboutIdentity() {
        return true;
    }
}
