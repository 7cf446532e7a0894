// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.Signer;
import io.nats.client.AuthHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tells the client library how we log in. */
final class Logins {
    private Logins() {}

    static void apply(NatsLogin login, Options.Builder options) {
        switch (login) {
            case NatsLogin.Credentials(var file) ->
                    options.authHandler(Nats.credentials(file.toString()));
            case NatsLogin.CredentialsText(var text) ->
                    options.authHandler(Nats.staticCredentials(text.get()));
            case NatsLogin.UserPassword(var user, var password) -> {
                char[] secret = password.get();
                options.userInfo(user.toCharArray(), secret.clone());
                Arrays.fill(secret, '\0');
            }
            case NatsLogin.KeyPair(var signer) -> options.authHandler(new KeyPairHandler(signer));
            case NatsLogin.Anonymous() -> {}
        }
    }

    /** Signs a server's nonce with a bare nkey. */
    private record KeyPairHandler(Signer signer) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            return signer.sign(nonce);
        }

        @Override
        public char[] getID() {
            return signer.key().text().toCharArray();
        }

        @Override
        public char @Nullable [] getJWT() {
            return null;
        }
    }
}
