// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Credential;
import io.countersign.identity.Credentials;
import io.countersign.identity.Principal;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;

/**
 * Stands at the end of the chain and hashes the password of a user that nobody knows, once, on the
 * same pool and through the same memory as real ones: otherwise the time of a refusal would tell
 * which users exist. It never lets anybody in. Thread-safe.
 */
public final class UnknownUser implements Authenticator {
    private final VerifiedPasswords passwords;
    private final PasswordHash decoy;

    /**
     * @param decoy from {@link UserDirectory#decoy}
     */
    public UnknownUser(VerifiedPasswords passwords, PasswordHash decoy) {
        this.passwords = passwords;
        this.decoy = decoy;
    }

    @Override
    public String source() {
        return "";
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        for (Credential credential : Credentials.of(request).presented()) {
            if (credential instanceof Credential.Password(String user, var secret, _)) {
                Principal nobody = new Principal(source(), user);
                // When the pool is full, a known user would hear nothing: so must this one.
                return passwords.check(nobody, secret, decoy, deadline) == PasswordCheck.UNDECIDED
                        ? new Unavailable(VerifiedPasswords.BACKEND, "not hashed in time")
                        : new NotMine();
            }
        }
        return new NotMine();
    }
}
