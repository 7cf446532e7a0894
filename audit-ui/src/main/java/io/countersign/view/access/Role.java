// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.util.Locale;
import java.util.Optional;

/** What a person may do; each includes the ones before it. */
public enum Role {
    VIEW,
    OPERATE,
    ADMIN;

    /** By its word; empty if there is none such. */
    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** Its word in files and pages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True if it may do all that the other may. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
