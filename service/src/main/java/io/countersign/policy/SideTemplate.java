// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.SubjectPermissions;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One side of a grant with its roles and {@code deny-always} merged in. An empty allow list never
 * leaves it, because to a server it means everything (reference 0.2): nothing is deny {@code >}.
 */
final class SideTemplate {
    /** Subjects of one list: what still fits a JWT that every login carries. */
    static final int MAX_SUBJECTS = 1024;

    private static final String ALL = ">";

    private final List<SubjectTemplate> allow;
    private final List<SubjectTemplate> deny;
    private final Optional<SubjectPermissions> constant;

    SideTemplate(List<SubjectTemplate> allow, List<SubjectTemplate> deny) {
        this.allow = List.copyOf(allow);
        this.deny = List.copyOf(deny);
        this.constant =
                isLiteral(this.allow) && isLiteral(this.deny)
                        ? Optional.of(permissions(samples(this.allow), samples(this.deny)))
                        : Optional.empty();
    }

    // A policy has thousands of these, and they are made in a JVM that has just started: loops
    // need no linking of lambdas.
    private static boolean isLiteral(List<SubjectTemplate> templates) {
        for (SubjectTemplate template : templates) {
            if (!template.isLiteral()) {
                return false;
            }
        }
        return true;
    }

    /** Both together: what either allows, less what either denies. */
    SideTemplate plus(SideTemplate other) {
        if (other.isEmpty()) {
            return this;
        }
        return isEmpty()
                ? other
                : new SideTemplate(both(allow, other.allow), both(deny, other.deny));
    }

    private boolean isEmpty() {
        return allow.isEmpty() && deny.isEmpty();
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    List<SubjectTemplate> allow() {
        return allow;
    }

    List<SubjectTemplate> deny() {
        return deny;
    }

    private static Set<String> samples(List<SubjectTemplate> templates) {
        Set<String> samples = new LinkedHashSet<>();
        templates.forEach(template -> samples.add(template.sample()));
        return samples;
    }

    /**
     * What a client gets.
     *
     * @throws UnsafeValue if a value of the client must not stand in a subject
     */
    SubjectPermissions expand(Facts facts) throws UnsafeValue {
        return constant.isPresent()
                ? constant.get()
                : permissions(expand(allow, facts), expand(deny, facts));
    }

    private static Set<String> expand(List<SubjectTemplate> templates, Facts facts)
            throws UnsafeValue {
        Set<String> subjects = new LinkedHashSet<>();
        for (SubjectTemplate template : templates) {
            subjects.addAll(template.expand(facts));
            if (subjects.size() > MAX_SUBJECTS) {
                throw new UnsafeValue("more than " + MAX_SUBJECTS + " subjects");
            }
        }
        return subjects;
    }

    private static SubjectPermissions permissions(
            Collection<String> allow, Collection<String> deny) {
        return allow.isEmpty() || deny.contains(ALL)
                ? SubjectPermissions.NONE
                : new SubjectPermissions(List.copyOf(allow), List.copyOf(deny));
    }
}
