// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.setup.conf.ConfNode.Place;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who may log in to a server by its configuration.
 *
 * @param account where it is placed
 * @param connections words of {@code users.yaml}; empty for any way
 */
public record ServerUser(
        Place place,
        String name,
        String account,
        Credential credential,
        Rights rights,
        List<String> connections) {
    public ServerUser {
        connections = List.copyOf(connections);
    }

    /** What it proves itself with. */
    public sealed interface Credential {
        /** In the clear; to be hashed and forgotten. */
        record Password(String text) implements Credential {
            @Override
            public String toString() {
                return "Password[redacted]";
            }
        }

        /** A bcrypt hash that the service can read as it is. */
        record Hash(String text) implements Credential {
            @Override
            public String toString() {
                return "Hash[redacted]";
            }
        }

        /** In the clear; to be hashed and forgotten. */
        record Token(String text) implements Credential {
            @Override
            public String toString() {
                return "Token[redacted]";
            }
        }

        /** A public key. */
        record Key(String text) implements Credential {}
    }

    /** For a password in the clear or hashed; empty if there is none that can be carried. */
    static Optional<Credential> ofPassword(String text) {
        if (!Bcrypt.isHash(text)) {
            return Optional.of(new Credential.Password(text));
        }
        return Bcrypt.isReadable(text) ? Optional.of(new Credential.Hash(text)) : Optional.empty();
    }
}
