// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where nsc keeps what it made, for those who have their operator there; see {@link NscCommands}.
 *
 * @param keystore nsc's keystore: {@code keys/A/BC/ABC….nk} and {@code
 *     creds/OPERATOR/ACCOUNT/USER.creds}
 * @param operatorJwt file with the operator JWT
 * @param accountJwts files with account JWTs: system, callout, operations and application accounts
 * @param xkey file with the seed that requests are sealed for, if it is not in the keystore
 */
public record NscFiles(
        Path keystore, Path operatorJwt, List<Path> accountJwts, Optional<Path> xkey) {
    public NscFiles {
        accountJwts = List.copyOf(accountJwts);
    }

    /** Seed of a public key. */
    Path seed(String key) {
        return keystore.resolve("keys")
                .resolve(key.substring(0, 1))
                .resolve(key.substring(1, 3))
                .resolve(key + ".nk");
    }

    Path creds(String operator, String account, String user) {
        return keystore.resolve("creds")
                .resolve(operator)
                .resolve(account)
                .resolve(user + ".creds");
    }
}
