// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.callout.AuthenticatorFactory;
import io.countersign.callout.AuthenticatorLinks;
import io.countersign.config.Problems;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.VerifiedPasswords;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Makes every authenticator of a configuration as a start would, and throws it away: keys,
 * certificates, filters and plug-ins are looked at, and nobody is asked. Used once.
 */
final class CheckedAuthenticators {
    private final Secrets secrets;
    private final Problems problems;

    CheckedAuthenticators(Secrets secrets, Problems problems) {
        this.secrets = secrets;
        this.problems = problems;
    }

    /** How many secrets were opened for them. */
    int open(Path file, ServiceConfig config) {
        if (config.authenticators().isEmpty()) {
            return 0;
        }
        SecureRandom random = new SecureRandom();
        try (PasswordPool pool = new PasswordPool(1, 1)) {
            VerifiedPasswords passwords =
                    new VerifiedPasswords(
                            pool, VerifiedPasswords.Limits.DEFAULT, random, System::nanoTime);
            AuthenticatorFactory factory =
                    new AuthenticatorFactory(
                            secrets,
                            Ed25519.best(),
                            new CredentialFingerprints(KeyedHash.of(new byte[32])),
                            passwords,
                            Clock.systemUTC(),
                            System::nanoTime);
            new AuthenticatorLinks(factory, secrets, random, System::nanoTime)
                    .next(file, config.authenticators(), problems)
                    .discard();
        }
        return Math.toIntExact(
                config.authenticators().stream()
                        .mapToLong(each -> each.kind().allSecrets().count())
                        .sum());
    }
}
