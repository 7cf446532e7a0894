// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.NullMarked;

/**
 * Argon2id hashes that cost microseconds, so that tests of other things need not wait for 50 ms.
 */
@NullMarked
public final class CheapHash {
    private CheapHash() {}

    /** A real hash of this password with the least parameters there are. */
    public static PasswordHash of(String password) {
        byte[] salt = "somesalt".getBytes(StandardCharsets.US_ASCII);
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withMemoryAsKB(8)
                        .withIterations(1)
                        .withParallelism(1)
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[32];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return PasswordHash.parse(
                "$argon2id$v=19$m=8,t=1,p=1$"
                        + base64.encodeToString(salt)
                        + "$"
                        + base64.encodeToString(hash));
    }
}
