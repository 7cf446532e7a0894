// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Password hashes as nats-server reads them in its configuration: bcrypt. */
final class ServerPassword {
    private ServerPassword() {}

    /** Takes about 0.15 s, once for each login that is set up. */
    static String hash(OneTimePassword password, SecureRandom random) {
        byte[] text = password.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            return PasswordHash.makeBcrypt(text, random).encoded();
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }
}
