// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Cidr;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Secret;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Requests;
import io.countersign.protocol.ConnectionType;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A users file with somebody for every case, and what checks them. */
final class UsersFixture implements AutoCloseable {
    static final Instant END = Requests.NOW.plusSeconds(60);

    final SecureRandom random = new SecureRandom();
    final Seed device = Seed.generate(NKeyType.USER, random);
    final Seed ending = Seed.generate(NKeyType.USER, random);
    final PasswordPool pool = new PasswordPool(1, 16);
    final VerifiedPasswords passwords = passwords(pool);
    final UserDirectory directory =
            new UserDirectory(
                    List.of(
                            User.named("alice")
                                    .password(CheapHash.of("s3cret-alice"))
                                    .token(token("laptop", "s3cret-laptop"))
                                    .group("traders")
                                    .attribute("team", List.of("fx", "metals"))
                                    .build(),
                            User.named("bot").token(token("ci", "s3cret-ci")).build(),
                            User.named("device").nkey(device.publicKey()).build(),
                            User.named("ending")
                                    .password(CheapHash.of("s3cret-ending"))
                                    .token(
                                            new UserToken(
                                                    "later",
                                                    TokenHash.of(Secret.of("s3cret-later")),
                                                    Optional.of(END.plusSeconds(1))))
                                    .nkey(ending.publicKey())
                                    .expires(END)
                                    .build(),
                            User.named("short")
                                    .token(
                                            new UserToken(
                                                    "short",
                                                    TokenHash.of(Secret.of("s3cret-short")),
                                                    Optional.of(END)))
                                    .expires(END.plusSeconds(1))
                                    .build(),
                            User.named("disabled")
                                    .password(CheapHash.of("s3cret-disabled"))
                                    .disabled(true)
                                    .build(),
                            User.named("office")
                                    .password(CheapHash.of("s3cret-office"))
                                    .network(Cidr.parse("192.0.2.0/24"))
                                    .network(Cidr.parse("2001:db8::/32"))
                                    .build(),
                            User.named("browser")
                                    .password(CheapHash.of("s3cret-browser"))
                                    .connectionType(ConnectionType.WEBSOCKET)
                                    .connectionType(ConnectionType.LEAFNODE)
                                    .build(),
                            User.named("josé").password(CheapHash.of("s3cret-jose")).build()));
    final UsersAuthenticator authenticator = authenticator(passwords);

    UsersAuthenticator authenticator(VerifiedPasswords checkedBy) {
        return new UsersAuthenticator(
                "users",
                directory,
                checkedBy,
                Ed25519.best(),
                new CredentialFingerprints(KeyedHash.of(new byte[32])),
                random);
    }

    VerifiedPasswords passwords(PasswordPool on) {
        return new VerifiedPasswords(
                on, VerifiedPasswords.Limits.DEFAULT, random, System::nanoTime);
    }

    private static UserToken token(String id, String secret) {
        return new UserToken(id, TokenHash.of(Secret.of(secret)), Optional.empty());
    }

    @Override
    public void close() {
        pool.close();
    }
}
