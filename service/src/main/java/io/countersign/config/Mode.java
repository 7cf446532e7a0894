// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the NATS servers know accounts, and which of them users may be placed in. */
public sealed interface Mode {
    /** Names that the policy may use, in the order of the file. */
    Set<String> accountNames();

    /**
     * Accounts are JWTs in a resolver (also called decentralised).
     *
     * @param calloutAccount public key of the callout account; never one of {@code accounts}, for
     *     who is in it can read every request
     */
    record Operator(String calloutAccount, Map<String, Account> accounts) implements Mode {
        public Operator {
            accounts = Collections.unmodifiableMap(new LinkedHashMap<>(accounts));
            if (accounts.isEmpty()) {
                throw new IllegalArgumentException("accounts: none (expected: >= 1)");
            }
        }

        @Override
        public Set<String> accountNames() {
            return accounts.keySet();
        }
    }

    /**
     * Accounts are in the servers' configuration, under the names used here.
     *
     * @param calloutAccount name of the callout account, if told; never one of the others
     */
    record Static(Optional<String> calloutAccount, Set<String> accountNames) implements Mode {
        public Static {
            accountNames = Collections.unmodifiableSet(new LinkedHashSet<>(accountNames));
            if (accountNames.isEmpty()) {
                throw new IllegalArgumentException("accounts: none (expected: >= 1)");
            }
        }
    }

    /**
     * An account of operator mode.
     *
     * @param id its public key
     * @param signingKeys account keys, newest first; the first one signs
     * @param isScoped whether users of the key take their permissions from its template
     */
    record Account(String id, List<SigningKey> signingKeys, boolean isScoped) {
        public Account {
            signingKeys = List.copyOf(signingKeys);
            if (signingKeys.isEmpty()) {
                throw new IllegalArgumentException("signingKeys: none (expected: >= 1)");
            }
        }
    }
}
