// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import io.countersign.identity.users.PasswordHash;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A local person.
 *
 * @param mustChange true if the password was made by us: it lets in once, to set another
 */
public record LocalUser(Viewer viewer, PasswordHash password, boolean mustChange) {
    /**
     * From texts, as they are kept.
     *
     * @param accounts joined by commas; empty for all
     * @throws IllegalArgumentException with what was expected
     */
    public static LocalUser parse(
            String name, String role, String accounts, String hash, boolean mustChange) {
        if (!name.matches("[A-Za-z0-9._@-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name: malformed (expected: 1 to 64 of A-Z a-z 0-9 . _ @ -)");
        }
        Role known =
                Role.of(role)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "role: %s (expected: view, operate or admin)"
                                                .formatted(role)));
        Set<String> set =
                Arrays.stream(accounts.split(","))
                        .map(String::strip)
                        .filter(a -> !a.isEmpty())
                        .collect(Collectors.toSet());
        return new LocalUser(
                new Viewer(name, Viewer.LOCAL, known, set), PasswordHash.parse(hash), mustChange);
    }

    @Override
    public String toString() {
        return viewer.toString();
    }
}
