// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with one JWT, bare or with the armour that nsc writes around it. */
final class TokenFile {
    /** Far above any account that a server takes: one message by default. */
    private static final long MAX_BYTES = 4L << 20;

    private TokenFile() {}

    /**
     * The token without anything around it; empty if there is none.
     *
     * @throws IOException if the file cannot be read
     */
    static byte[] read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(size + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("eyJ"))
                .findFirst()
                .orElse("")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
