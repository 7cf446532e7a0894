// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Password hashes as nats-server reads them in its configuration: bcrypt. */
final class ServerPassword {
    /** What {@code nats server passwd} takes; about 0.15 s, once for each login. */
    private static final int COST = 11;

    private static final int SALT_BYTES = 16;

    private ServerPassword() {}

    /** {@code $2a$…}, which every server since 2.0 knows. */
    static String hash(OneTimePassword password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] text = password.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            return OpenBSDBCrypt.generate("2a", text, salt, COST);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }
}
