// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;

/** Where a key that signs is: its seed comes to us, or it stays where it is and signs there. */
public sealed interface SigningKey {
    /** We get the seed. */
    record Kept(SecretSource seed) implements SigningKey {
        @Override
        public String toString() {
            return seed.toString();
        }
    }

    /** Vault's Transit engine signs. */
    record InTransit(VaultAccess vault, String mount, String name, int version)
            implements SigningKey {
        @Override
        public String toString() {
            return mount + "/" + name + "#" + version;
        }
    }

    /**
     * A PKCS#11 token signs.
     *
     * @param label of the key pair
     */
    record OnToken(TokenAccess token, String label) implements SigningKey {
        @Override
        public String toString() {
            return token.label() + "/" + label;
        }
    }

    /**
     * A PKCS#11 token.
     *
     * @param module the vendor's library
     * @param label of the token
     */
    record TokenAccess(Path module, String label, SecretSource pin) {}
}
