// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.Signer;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * How we prove ourselves to a NATS server. Read anew at every reconnect, so that credentials rotate
 * without a restart.
 */
public sealed interface NatsLogin {
    /** A {@code .creds} file: user JWT and seed. */
    record Credentials(Path file) implements NatsLogin {}

    /** The text of a {@code .creds} file that comes from elsewhere; read at each dial. */
    record CredentialsText(Supplier<byte[]> text) implements NatsLogin {
        @Override
        public String toString() {
            return "CredentialsText[redacted]";
        }
    }

    /** User and password; the supplier's array is wiped after use. */
    record UserPassword(String user, Supplier<char[]> password) implements NatsLogin {
        @Override
        public String toString() {
            return "UserPassword[user=" + user + "]";
        }
    }

    /** A bare nkey that the server knows. */
    record KeyPair(Signer signer) implements NatsLogin {
        @Override
        public String toString() {
            return "KeyPair[" + signer.key().text() + "]";
        }
    }

    /** No login: only for servers that let anybody in. */
    record Anonymous() implements NatsLogin {}
}
