// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.util.Set;
import java.util.TreeSet;

/**
 * A person with a login.
 *
 * @param source where the name was proved: {@value #LOCAL} or {@value #OIDC}
 * @param accounts the only accounts whose entries may be seen; empty means all
 */
public record Viewer(String name, String source, Role role, Set<String> accounts) {
    public static final String LOCAL = "local";
    public static final String OIDC = "oidc";

    public Viewer {
        accounts = Set.copyOf(accounts);
    }

    /** True if nothing is hidden from this person. */
    public boolean seesAll() {
        return accounts.isEmpty();
    }

    /** The accounts in words. */
    public String scope() {
        return seesAll() ? "all accounts" : String.join(", ", new TreeSet<>(accounts));
    }

    /** How acts and logs name this person. */
    public String fullName() {
        return source + ":" + name;
    }

    @Override
    public String toString() {
        return fullName() + " (" + role.word() + ")";
    }
}
