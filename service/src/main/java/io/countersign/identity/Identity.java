// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A proven principal and what its source says about it.
 *
 * @param notAfter when the credential itself ends; no session may outlive it
 * @param origin what else a revocation can name
 */
public record Identity(
        Principal principal,
        CredentialRef credential,
        Set<String> groups,
        Map<String, List<String>> attributes,
        Optional<Instant> notAfter,
        Origin origin) {
    /** An identity proven just now, with nothing else to name it by. */
    public Identity(
            Principal principal,
            CredentialRef credential,
            Set<String> groups,
            Map<String, List<String>> attributes,
            Optional<Instant> notAfter) {
        this(principal, credential, groups, attributes, notAfter, Origin.NONE);
    }

    public Identity {
        groups = Set.copyOf(groups);
        // Each login makes one, and most have none (ADR 47).
        attributes = attributes.isEmpty() ? Map.of() : copy(attributes);
    }

    private static Map<String, List<String>> copy(Map<String, List<String>> attributes) {
        return attributes.entrySet().stream()
                .collect(
                        Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    }
}
