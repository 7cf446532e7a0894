// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import java.security.SecureRandom;

/**
 * A stored password hash: Argon2id in the PHC text form or bcrypt. Immutable; compared by its text.
 * What would cost more than a login may take is refused at parsing, so that a file cannot stall the
 * service.
 *
 * <p>{@link #matches} takes tens of milliseconds of CPU: call it on {@link PasswordPool} only
 * (build-notes 6).
 */
public sealed interface PasswordHash permits Argon2idHash, BcryptHash {
    /**
     * Reads {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash} or {@code $2a$…}, {@code $2b$…}, {@code
     * $2y$…}.
     *
     * @throws IllegalArgumentException with what was expected, never with the hash itself
     */
    static PasswordHash parse(String encoded) {
        if (encoded.startsWith("$argon2id$")) {
            return Argon2idHash.parse(encoded);
        }
        if (encoded.startsWith("$2")) {
            return BcryptHash.parse(encoded);
        }
        throw new IllegalArgumentException(
                "password: "
                        + encoded.length()
                        + " characters (expected: a hash that begins with $argon2id$, $2a$, $2b$"
                        + " or $2y$; make one with: countersign hash-password)");
    }

    /**
     * Hashes a new password with Argon2id at the OWASP minimum (19 MiB, 2 passes, 1 lane).
     *
     * @param password UTF-8; not kept, the caller wipes it
     */
    static PasswordHash make(byte[] password, SecureRandom random) {
        return Argon2idHash.make(password, random);
    }

    /**
     * Hashes a new password with bcrypt at cost 11, for readers that know no Argon2 (nats-server).
     */
    static PasswordHash makeBcrypt(byte[] password, SecureRandom random) {
        return BcryptHash.make(password, random);
    }

    /** True if the password is the one. */
    boolean matches(byte[] password);

    /** A hash of nothing that costs the same, for names that nobody has. */
    PasswordHash decoy(SecureRandom random);

    /**
     * Algorithm and parameters without salt and hash, for example {@code argon2id m=19456,t=2,p=1}.
     */
    String cost();

    /** The text form for a users file. */
    String encoded();
}
