// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.Locale;
import java.util.Optional;

/** What a person may do; each includes the ones before it. */
public enum Role {
    VIEW,
    OPERATE,
    ADMIN;

    static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
