// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Set;

/**
 * What a policy is judged against.
 *
 * @param accounts names of the accounts that users may be placed in
 * @param calloutAccount name of the account of the callout itself, in which no user may be
 * @param sources names of the authenticators
 */
public record PolicyContext(Set<String> accounts, String calloutAccount, Set<String> sources) {
    public PolicyContext {
        accounts = Set.copyOf(accounts);
        sources = Set.copyOf(sources);
    }
}
