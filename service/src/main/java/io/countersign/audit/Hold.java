// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;

/**
 * A legal hold: bodies that it covers are neither aged out nor erased until it is released.
 *
 * @param principal as {@code source:name}; empty: everybody
 * @param since first instant that it covers
 * @param until first instant that it no longer covers
 */
public record Hold(String name, String principal, Instant since, Instant until) {
    public Hold {
        if (name.isEmpty() || !since.isBefore(until)) {
            throw new IllegalArgumentException(
                    "hold: '%s' from %s to %s (expected: a name, and a beginning before its end)"
                            .formatted(AuditEntry.name(name), since, until));
        }
    }
}
