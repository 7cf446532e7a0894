// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Principal;
import io.countersign.identity.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Names a (principal, password, stored hash) without keeping any of them: HMAC-SHA-256 under a
 * random key of this process. Thread-safe.
 */
final class PasswordKeys {
    private final KeyedHash hmac;

    PasswordKeys(SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.hmac = KeyedHash.of(key);
    }

    Key of(Principal principal, Secret secret, PasswordHash hash) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        add(all, principal.source().getBytes(StandardCharsets.UTF_8));
        add(all, principal.name().getBytes(StandardCharsets.UTF_8));
        add(all, hash.encoded().getBytes(StandardCharsets.UTF_8));
        add(all, secret.bytes());
        ByteBuffer mac = ByteBuffer.wrap(hmac.mac(all.toByteArray()));
        return new Key(mac.getLong(), mac.getLong(), mac.getLong(), mac.getLong());
    }

    /** With its length, so that no two different lists run together. */
    private static void add(ByteArrayOutputStream all, byte[] part) {
        all.writeBytes(ByteBuffer.allocate(4).putInt(0, part.length).array());
        all.writeBytes(part);
    }

    /** 256 bits, compared by value. */
    record Key(long a, long b, long c, long d) {}
}
