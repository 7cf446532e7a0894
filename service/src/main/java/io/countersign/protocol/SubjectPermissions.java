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

    public boolean isUnrestricted() {
        return allow.isEmpty() && deny.isEmpty();
    }
}
