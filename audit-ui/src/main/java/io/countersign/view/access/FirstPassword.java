// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** A password that lets in once, to set another. */
public record FirstPassword(String clear, PasswordHash hash) {
    private static final int BYTES = 15;

    /** One that nobody knows but the caller. */
    public static FirstPassword make(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String clear = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new FirstPassword(
                clear, PasswordHash.make(clear.getBytes(StandardCharsets.UTF_8), random));
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
