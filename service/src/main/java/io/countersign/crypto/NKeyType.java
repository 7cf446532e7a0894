// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import java.util.Optional;

/**
 * Kinds of NATS public keys, with the prefix byte and letter of their text form (reference 5.1).
 */
public enum NKeyType {
    ACCOUNT('A', 0),
    CLUSTER('C', 16),
    SERVER('N', 104),
    OPERATOR('O', 112),
    USER('U', 160),
    CURVE('X', 184);

    private final char letter;
    private final int prefix;

    NKeyType(char letter, int prefix) {
        this.letter = letter;
        this.prefix = prefix;
    }

    /** First letter of the text form of a public key of this type. */
    public char letter() {
        return letter;
    }

    /** Prefix byte (0–255) in front of the 32 key bytes. */
    int prefix() {
        return prefix;
    }

    /** The type with exactly this prefix byte (0–255). */
    static Optional<NKeyType> ofPrefix(int prefix) {
        for (NKeyType type : values()) {
            if (type.prefix == prefix) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
