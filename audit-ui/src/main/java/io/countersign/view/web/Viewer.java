// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.users.PasswordHash;
import java.util.Set;

/**
 * A person with a login.
 *
 * @param accounts the only accounts whose entries may be seen; empty means all
 */
public record Viewer(String name, Role role, Set<String> accounts, PasswordHash password) {
    public Viewer {
        accounts = Set.copyOf(accounts);
    }

    @Override
    public String toString() {
        return name + " (" + role.word() + ")";
    }
}
