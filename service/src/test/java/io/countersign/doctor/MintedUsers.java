// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.Placement;
import io.countersign.protocol.SubjectPermissions;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes users of the callout account of a set-up in operator mode. */
record MintedUsers(Path folder) {
    static final Permissions ALL =
            new Permissions(SubjectPermissions.ALL, SubjectPermissions.ALL, Optional.empty());

    /** Credentials of a new user. */
    byte[] creds(Permissions permissions, Optional<Instant> expires) throws Exception {
        try (Seed user = Seed.generate(NKeyType.USER, new SecureRandom())) {
            return CredsFile.write(
                    jwt(user.publicKey(), "AUTH", permissions, expires, false), user);
        }
    }

    /** Credentials of the user of that file, with another JWT. */
    byte[] renewed(String creds, Permissions permissions, Optional<Instant> expires)
            throws Exception {
        try (CredsFile old = CredsFile.parse(Files.readAllBytes(folder.resolve(creds)))) {
            return CredsFile.write(
                    jwt(old.seed().publicKey(), "AUTH", permissions, expires, false), old.seed());
        }
    }

    /** The JWT of a new user. */
    String jwt(String account, Permissions permissions, boolean bearer) throws Exception {
        try (Seed user = Seed.generate(NKeyType.USER, new SecureRandom())) {
            return new String(
                    jwt(user.publicKey(), account, permissions, Optional.empty(), bearer),
                    StandardCharsets.US_ASCII);
        }
    }

    private byte[] jwt(
            NKey user,
            String account,
            Permissions permissions,
            Optional<Instant> expires,
            boolean bearer)
            throws Exception {
        try (Seed signing = Seed.read(folder.resolve("keys/" + account + ".signing.nk"))) {
            UserClaims claims =
                    new UserClaims(
                            user,
                            "sentinel",
                            Optional.of(permissions),
                            Clock.systemUTC().instant(),
                            expires,
                            List.of(),
                            bearer);
            return UserJwt.mint(
                    claims, new Placement.ByKey(account(account)), Ed25519.best().signer(signing));
        }
    }

    NKey account(String name) throws Exception {
        byte[] jwt = Files.readAllBytes(folder.resolve("accounts/" + name + ".jwt"));
        return new JwtReader(Ed25519.best()).readAccount(jwt).claims().subject();
    }
}
