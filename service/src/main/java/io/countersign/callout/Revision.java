// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names a generation: a short hash over policy, users and public keys, the same on every instance
 * that loaded the same.
 */
final class Revision {
    private static final int LENGTH = 12;

    private Revision() {}

    static String of(ServiceConfig config, List<Signer> issuers) {
        MessageDigest hash = sha256();
        add(hash, config.policy());
        config.users().ifPresent(users -> add(hash, users));
        issuers.forEach(i -> hash.update(i.key().text().getBytes(StandardCharsets.US_ASCII)));
        return HexFormat.of().formatHex(hash.digest()).substring(0, LENGTH);
    }

    private static void add(MessageDigest hash, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            hash.update((byte) (bytes.length >>> 24));
            hash.update((byte) (bytes.length >>> 16));
            hash.update((byte) (bytes.length >>> 8));
            hash.update((byte) bytes.length);
            hash.update(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
