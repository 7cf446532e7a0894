// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.util.List;
import java.util.Locale;

/** The accounts that every set-up has beside those of the applications (design, decision 16). */
final class AccountNames {
    /** The servers' own: events, sessions, account JWTs. */
    static final String SYSTEM = "SYS";

    /** Where servers ask; holds the service's callout connections and nothing else. */
    static final String CALLOUT = "AUTH";

    /** Everything else of ours: audit stream, admin requests, the view. */
    static final String OPERATIONS = "COUNTERSIGN";

    static final List<String> ALL = List.of(SYSTEM, CALLOUT, OPERATIONS);
    static final List<String> LOWER_CASE =
            ALL.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();

    private AccountNames() {}
}
