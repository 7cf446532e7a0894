// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.List;

/**
 * Allowed and denied subjects of one direction. An empty allow list means "everything" to a server
 * (reference 4), so "nothing" is deny {@code >}.
 */
public record SubjectPermissions(List<String> allow, List<String> deny) {
    /** No restriction. */
    public static final SubjectPermissions ALL = new SubjectPermissions(List.of(), List.of());

    /** Nothing at all, written the only way that servers understand. */
    public static final SubjectPermissions NONE = new SubjectPermissions(List.of(), List.of(">"));

    public SubjectPermissions {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /**
     * Whether a server would take a publish to this subject, which may have wildcards: then all
     * that it matches.
     */
    public boolean permitsPublish(String subject) {
        return (allow.isEmpty() || allow.stream().anyMatch(it -> Subjects.covers(it, subject)))
                && deny.stream().noneMatch(it -> Subjects.covers(it, subject));
    }

    /**
     * Whether a server would take this subscription, written {@code subject} or {@code subject
     * queue}. An entry without a queue is for all subscriptions, one with a queue for those of that
     * queue group (reference 4). A subscription that reaches into a denied subject is taken all the
     * same: the server then keeps those messages back.
     */
    public boolean permitsSubscribe(String subscription) {
        return (allow.isEmpty() || allow.stream().anyMatch(it -> isFor(it, subscription)))
                && deny.stream().noneMatch(it -> isFor(it, subscription));
    }

    private static boolean isFor(String entry, String subscription) {
        String[] asked = subscription.split(" ", 2);
        String[] listed = entry.split(" ", 2);
        if (!Subjects.covers(listed[0], asked[0])) {
            return false;
        }
        return listed.length == 1 || (asked.length == 2 && Subjects.covers(listed[1], asked[1]));
    }

    public boolean isUnrestricted() {
        return allow.isEmpty() && deny.isEmpty();
    }
}
