// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedUser;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What matters to us in a server's configuration file; no secret is in it.
 *
 * @param changed when the file was last written
 * @param name {@code server_name}, or the file's name
 * @param isOperator accounts are JWTs
 * @param lacksSystemAccount {@code no_system_account}
 * @param accounts names of static mode
 * @param users of static mode: name or public key → account
 * @param clearPasswords users whose password stands there as it is
 * @param noAuthUsers where a user for clients without credentials is named
 * @param leafAccounts accounts of leaf nodes that a block of their own lets in
 * @param openDoors blocks that let servers in without a password or a verified certificate
 * @param sentinel {@code default_sentinel}; hidden if there is none, or no user JWT
 * @param preloaded JWTs of accounts, by key
 */
record ServerFile(
        Path path,
        Instant changed,
        String name,
        boolean isOperator,
        boolean lacksSystemAccount,
        Set<String> accounts,
        Map<String, String> users,
        List<String> clearPasswords,
        List<String> noAuthUsers,
        List<String> leafAccounts,
        List<String> openDoors,
        Optional<CalloutBlock> callout,
        Optional<Look<SignedUser>> sentinel,
        Map<String, SignedAccount> preloaded) {
    /** Where servers put users that no account is named for. */
    static final String GLOBAL = "$G";

    ServerFile {
        accounts = Set.copyOf(accounts);
        users = Map.copyOf(users);
        clearPasswords = List.copyOf(clearPasswords);
        noAuthUsers = List.copyOf(noAuthUsers);
        leafAccounts = List.copyOf(leafAccounts);
        openDoors = List.copyOf(openDoors);
        preloaded = Map.copyOf(preloaded);
    }

    /**
     * {@code auth_callout}, as it is written.
     *
     * @param allowedAccounts whose users are asked about; empty: all
     */
    record CalloutBlock(
            String issuer,
            String account,
            Optional<String> xkey,
            Set<String> authUsers,
            Set<String> allowedAccounts) {
        CalloutBlock {
            authUsers = Set.copyOf(authUsers);
            allowedAccounts = Set.copyOf(allowedAccounts);
        }
    }

    Optional<SignedAccount> account(String key) {
        return Optional.ofNullable(preloaded.get(key));
    }
}
