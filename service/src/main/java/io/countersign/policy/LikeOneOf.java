// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A name is one of these or looks like one: of the principal, a server, a cluster. */
record LikeOneOf(Aspect aspect, Set<String> literals, Set<Glob> globs) implements Condition {
    LikeOneOf {
        literals = Set.copyOf(literals);
        globs = Set.copyOf(globs);
    }

    static LikeOneOf of(Aspect aspect, Collection<String> patterns) {
        List<Glob> all = patterns.stream().map(Glob::new).toList();
        return new LikeOneOf(
                aspect,
                all.stream().filter(Glob::isLiteral).map(Glob::pattern).collect(Collectors.toSet()),
                all.stream().filter(glob -> !glob.isLiteral()).collect(Collectors.toSet()));
    }

    @Override
    public Match test(Question question) {
        for (String word : aspect.words(question.facts())) {
            if (literals.contains(word)) {
                return Match.YES;
            }
            for (Glob glob : globs) {
                if (glob.matches(word)) {
                    return Match.YES;
                }
            }
        }
        return Match.NO;
    }

    @Override
    public String expected() {
        List<String> all = new ArrayList<>(literals);
        globs.forEach(glob -> all.add(glob.pattern()));
        return Condition.listed(all);
    }

    /** None for a pattern that begins and ends with a star: it could be anybody. */
    @Override
    public Set<Anchor> anchors() {
        boolean found = globs.stream().noneMatch(g -> g.prefix().isEmpty() && g.suffix().isEmpty());
        if (aspect != Aspect.NAME || !found) {
            return Set.of();
        }
        return Stream.concat(
                        literals.stream().map(name -> Anchor.of(aspect, name)),
                        globs.stream().map(LikeOneOf::anchor))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Anchor anchor(Glob glob) {
        return glob.prefix().isEmpty()
                ? Anchor.ofSuffix(glob.suffix())
                : Anchor.ofPrefix(glob.prefix());
    }

    /** A name that may be anything says nothing about who it is. */
    @Override
    public boolean isAboutIdentity() {
        return aspect == Aspect.NAME && !isAlwaysTrue();
    }

    @Override
    public boolean isAlwaysTrue() {
        return globs.stream().anyMatch(Glob::isEverything);
    }
}
