// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.protocol.SignedAccount;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** An account JWT that is in a file, or is to take the place of the one that is. Immutable. */
public final class AccountFile {
    private final Path path;
    private final SignedAccount account;
    private final byte[] jwt;
    private final Optional<SignedAccount> before;

    private AccountFile(
            Path path, SignedAccount account, byte[] jwt, Optional<SignedAccount> before) {
        this.path = path;
        this.account = account;
        this.jwt = jwt.clone();
        this.before = before;
    }

    /** As it is in the file. */
    static AccountFile asItIs(Path path, SignedAccount account, byte[] jwt) {
        return new AccountFile(path, account, jwt, Optional.empty());
    }

    /** The next version of it, which is not in the file yet. */
    AccountFile next(SignedAccount changed, byte[] changedJwt) {
        return new AccountFile(path, changed, changedJwt, Optional.of(account));
    }

    public Path path() {
        return path;
    }

    /** What it says; its signature is good. */
    public SignedAccount account() {
        return account;
    }

    public String name() {
        return account.claims().name();
    }

    byte[] jwt() {
        return jwt.clone();
    }

    /** True if the file has an older version. */
    boolean isChanged() {
        return before.isPresent();
    }

    /** When the version in the file was issued: a change knows nothing of what came after that. */
    Instant knows() {
        return before.orElse(account).claims().issuedAt();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
