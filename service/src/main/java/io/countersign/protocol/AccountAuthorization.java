// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.util.List;
import java.util.Optional;

/**
 * What makes an account the callout account in operator mode (reference 3.2).
 *
 * @param authUsers users who log in without a callout: the service's own; at least one
 * @param allowedAccounts other accounts in which users may be placed
 * @param anyAccount users may be placed in any account; then no list
 * @param xkey requests are sealed for it
 */
public record AccountAuthorization(
        List<NKey> authUsers, List<NKey> allowedAccounts, boolean anyAccount, Optional<NKey> xkey) {
    public AccountAuthorization {
        authUsers = List.copyOf(authUsers);
        allowedAccounts = List.copyOf(allowedAccounts);
        if (authUsers.isEmpty()) {
            throw new IllegalArgumentException("authUsers: none (expected: at least one)");
        }
        if (anyAccount && !allowedAccounts.isEmpty()) {
            throw new IllegalArgumentException("allowedAccounts: some, and any (expected: one)");
        }
        KeyTypes.require("auth user", authUsers, NKeyType.USER);
        KeyTypes.require("allowed account", allowedAccounts, NKeyType.ACCOUNT);
        xkey.ifPresent(key -> KeyTypes.require("xkey", key, NKeyType.CURVE));
    }
}
