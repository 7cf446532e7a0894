// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Texts that browsers keep for us and can neither read nor change: AES-GCM, bound to what they are
 * for, so that one can never pass for another. Thread-safe.
 */
public final class Seal {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random;

    /** With a key of 32 bytes. */
    public Seal(byte[] key, SecureRandom random) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "session key: " + key.length + " bytes (expected: 32)");
        }
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /** Reads the key file, or makes one that only its owner can read. Replicas share it. */
    public static byte[] key(Path file, SecureRandom random) throws IOException {
        if (Files.notExists(file)) {
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(file, key);
        }
        return Files.readAllBytes(file);
    }

    String seal(String purpose, String text) {
        byte[] nonce = bytes(NONCE_BYTES);
        byte[] sealed =
                crypt(Cipher.ENCRYPT_MODE, purpose, nonce, text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow();
        byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** Empty if we did not seal it, for that purpose. */
    Optional<String> open(String purpose, String sealed) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(sealed);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (whole.length <= NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
        byte[] rest = Arrays.copyOfRange(whole, NONCE_BYTES, whole.length);
        return crypt(Cipher.DECRYPT_MODE, purpose, nonce, rest)
                .map(b -> new String(b, StandardCharsets.UTF_8));
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private Optional<byte[]> crypt(int mode, String purpose, byte[] nonce, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
            return Optional.of(cipher.doFinal(data));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
