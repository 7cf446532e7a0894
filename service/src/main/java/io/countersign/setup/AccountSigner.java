// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedOperator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Signs changed account JWTs with a key of the operator. Thread-safe. */
public final class AccountSigner {
    private final Ed25519 ed25519;
    private final Clock clock;

    public AccountSigner(Ed25519 ed25519, Clock clock) {
        this.ed25519 = ed25519;
        this.clock = clock;
    }

    /**
     * The next version of an account; the file stays as it is until it is pushed.
     *
     * @param operatorKey file with a seed that may sign accounts
     * @throws SetupFailed if the key is not the operator's, or the changes do not fit the account
     */
    public AccountFile changed(
            AccountFile file,
            List<AccountChange> changes,
            SignedOperator operator,
            Path operatorKey)
            throws SetupFailed {
        try (Seed seed = Seed.read(operatorKey)) {
            if (!operator.maySignAccounts(seed.publicKey())) {
                throw new SetupFailed(
                        "%s: seed of %s (expected: a signing key of operator %s)"
                                .formatted(
                                        operatorKey, seed.publicKey(), operator.claims().name()));
            }
            byte[] next =
                    new AccountRevision(ed25519)
                            .next(file.jwt(), changes, ed25519.signer(seed), clock.instant());
            return file.next(new JwtReader(ed25519).readAccount(next), next);
        } catch (IOException e) {
            throw new SetupFailed(operatorKey + ": cannot be read: " + SetupFolder.why(e), e);
        } catch (InvalidKey | InvalidJwt e) {
            throw new SetupFailed(String.valueOf(e.getMessage()), e);
        }
    }
}
