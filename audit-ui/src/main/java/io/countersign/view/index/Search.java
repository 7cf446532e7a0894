// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Set;

/**
 * A query, when, and whose: an account scope is part of every question, so that no page can forget
 * it.
 *
 * @param accounts the only accounts that may be seen; empty means all, also entries without account
 */
public record Search(Query query, TimeRange range, Set<String> accounts) {
    public Search {
        accounts = Set.copyOf(accounts);
        if (!query.problems().isEmpty()) {
            throw new IllegalArgumentException("query: " + query.problems().getFirst());
        }
    }
}
