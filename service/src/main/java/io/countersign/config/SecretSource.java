// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;

/**
 * Where a secret is, never the secret itself. Whoever needs it opens it late and forgets it early.
 */
public sealed interface SecretSource {
    /** A file that only its owner can read; checked when the configuration is loaded. */
    record File(Path path) implements SecretSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** An environment variable. */
    record Environment(String name) implements SecretSource {
        @Override
        public String toString() {
            return "$" + name;
        }
    }

    /** A field of a secret in Vault (KV version 2). */
    record InVault(VaultAccess vault, String mount, String path, String field)
            implements SecretSource {
        @Override
        public String toString() {
            return "vault:" + mount + "/" + path + "#" + field;
        }
    }

    /** A file in {@code $CREDENTIALS_DIRECTORY}, where systemd puts them. */
    record Credential(String name) implements SecretSource {
        @Override
        public String toString() {
            return "$CREDENTIALS_DIRECTORY/" + name;
        }
    }
}
