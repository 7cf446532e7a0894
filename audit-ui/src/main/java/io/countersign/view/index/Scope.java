// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whose entries somebody may see. A part of every question to the index, so that no page can forget
 * it. Immutable.
 */
public final class Scope {
    /** Everything, also entries without an account. */
    public static final Scope ALL = new Scope(List.of());

    private final List<String> accounts;

    private Scope(List<String> accounts) {
        this.accounts = accounts;
    }

    /** These accounts only; none at all means everything, as in the file of viewers. */
    public static Scope of(Set<String> accounts) {
        return accounts.isEmpty() ? ALL : new Scope(List.copyOf(new TreeSet<>(accounts)));
    }

    /** True for who may see everything. */
    public boolean isAll() {
        return accounts.isEmpty();
    }

    /** The accounts, sorted; empty if it is everything. */
    public List<String> accounts() {
        return accounts;
    }

    /** True if an entry of this account may be seen; "" is no account. */
    public boolean allows(String account) {
        return isAll() || accounts.contains(account);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scope that && accounts.equals(that.accounts);
    }

    @Override
    public int hashCode() {
        return accounts.hashCode();
    }

    @Override
    public String toString() {
        return isAll() ? "all accounts" : String.join(",", accounts);
    }
}
