// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Login;
import io.countersign.config.Secrets;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.identity.Secret;
import io.countersign.nats.PlainLogin;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Opens the logins that the configuration or the command line names. */
final class LoginReader {
    private final Secrets secrets;
    private final Ed25519 ed25519;

    LoginReader(Secrets secrets, Ed25519 ed25519) {
        this.secrets = secrets;
        this.ed25519 = ed25519;
    }

    OwnLogin read(Login login) throws IOException, InvalidKey, InvalidJwt {
        return switch (login) {
            case Login.Credentials(var source) ->
                    credentials(secrets.bytes(source), source.toString());
            case Login.UserPassword(var user, var source) ->
                    new OwnLogin(
                            new PlainLogin(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(user),
                                    Optional.of(line(secrets.bytes(source))),
                                    Optional.empty()),
                            user,
                            Optional.empty(),
                            "user " + user);
            case Login.NkeySeed(var source) -> {
                try (Seed seed = secrets.seed(source, NKeyType.USER)) {
                    yield new OwnLogin(
                            new PlainLogin(
                                    Optional.empty(),
                                    Optional.of(ed25519.signer(seed)),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty()),
                            seed.publicKey().text(),
                            Optional.empty(),
                            source.toString());
                }
            }
        };
    }

    /** A {@code .creds} file's text, which is wiped; or a bearer's JWT and nothing else. */
    OwnLogin credentials(byte[] text, String source) throws InvalidKey, InvalidJwt {
        if (text.length > 2 && text[0] == 'e' && text[1] == 'y') {
            byte[] jwt = line(text).bytes();
            return ofJwt(jwt, Optional.empty(), source);
        }
        try (CredsFile creds = CredsFile.parse(text)) {
            return ofJwt(creds.jwt(), Optional.of(ed25519.signer(creds.seed())), source);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private OwnLogin ofJwt(byte[] jwt, Optional<Signer> signer, String source) throws InvalidJwt {
        SignedUser user = new JwtReader(ed25519).readUser(jwt);
        return new OwnLogin(
                new PlainLogin(
                        Optional.of(jwt),
                        signer,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                user.claims().subject().text(),
                Optional.of(user),
                source);
    }

    /** The first line. */
    static Secret line(byte[] text) {
        String all = new String(text, StandardCharsets.UTF_8);
        Arrays.fill(text, (byte) 0);
        return Secret.of(all.lines().findFirst().orElse(""));
    }
}
