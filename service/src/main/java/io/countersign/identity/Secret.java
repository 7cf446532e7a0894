// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.crypto.Sha2;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password or token that a client sent, as UTF-8. Prints {@code [redacted]} and has no {@code
 * equals}: comparing is a named, constant-time call. Immutable. Its bytes are not wiped, because
 * the text that they come from cannot be.
 */
public final class Secret {
    private final byte[] utf8;

    private Secret(byte[] utf8) {
        this.utf8 = utf8;
    }

    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the UTF-8 bytes. */
    public byte[] bytes() {
        return utf8.clone();
    }

    /** SHA-256 of the UTF-8 bytes. */
    public byte[] sha256() {
        return Sha2.SHA_256.of(utf8);
    }

    /** Length in bytes. */
    public int length() {
        return utf8.length;
    }

    /** Constant time for secrets of one length. */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(utf8, other.utf8);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
