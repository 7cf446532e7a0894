// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions that live in cookies, sealed with AES-GCM, so that every replica with the same key file
 * serves them. A changed password ends them. Thread-safe.
 */
public final class Sessions {
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int PARTS = 4;

    private final SecretKeySpec key;
    private final ViewerFile viewers;
    private final Clock clock;
    private final SecureRandom random;

    /** With a key of 32 bytes. */
    public Sessions(byte[] key, ViewerFile viewers, Clock clock, SecureRandom random) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "session key: " + key.length + " bytes (expected: 32)");
        }
        this.key = new SecretKeySpec(key, "AES");
        this.viewers = viewers;
        this.clock = clock;
        this.random = random;
    }

    /** Reads the key file, or makes one that only its owner can read. */
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

    /** Who is asking, and the token that every form of this session must carry. */
    record Session(Viewer viewer, String csrf) {
        @Override
        public String toString() {
            return viewer.toString();
        }
    }

    /** A new cookie value; never one that the browser brought. */
    String begin(Viewer viewer) {
        byte[] csrf = new byte[16];
        random.nextBytes(csrf);
        String text =
                String.join(
                        "|",
                        viewer.name(),
                        Long.toString(clock.instant().plus(LIFETIME).getEpochSecond()),
                        HexFormat.of().formatHex(csrf),
                        fingerprint(viewer));
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed =
                crypt(Cipher.ENCRYPT_MODE, nonce, text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow();
        byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** The session of a cookie; empty if it is not ours, over, or its person changed. */
    Optional<Session> find(String cookie) {
        return unseal(cookie).map(text -> text.split("\\|", -1)).flatMap(this::session);
    }

    private Optional<Session> session(String[] parts) {
        if (parts.length != PARTS
                || !Instant.ofEpochSecond(Long.parseLong(parts[1])).isAfter(clock.instant())) {
            return Optional.empty();
        }
        return viewers.find(parts[0])
                .filter(viewer -> fingerprint(viewer).equals(parts[3]))
                .map(viewer -> new Session(viewer, parts[2]));
    }

    private Optional<String> unseal(String cookie) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(cookie);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (whole.length <= NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
        byte[] sealed = Arrays.copyOfRange(whole, NONCE_BYTES, whole.length);
        return crypt(Cipher.DECRYPT_MODE, nonce, sealed)
                .map(b -> new String(b, StandardCharsets.UTF_8));
    }

    private Optional<byte[]> crypt(int mode, byte[] nonce, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return Optional.of(cipher.doFinal(data));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static String fingerprint(Viewer viewer) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(viewer.password().encoded().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
