// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.Sha2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells by content whether files changed, reading only those whose time, size or identity did, or
 * that are so young that a second change could hide behind the same time. Symlinks are followed, so
 * that a swapped one shows, as Kubernetes swaps a folder of a ConfigMap. Not thread-safe.
 */
final class FileLook {
    private static final Duration YOUNG = Duration.ofSeconds(3);
    private static final String MISSING = "missing";

    private Map<Path, Seen> seen = Map.of();

    /** What a file was like when its content was read. */
    private record Seen(FileTime time, long size, @Nullable Object identity, String digest) {
        boolean isStill(BasicFileAttributes now) {
            return time.equals(now.lastModifiedTime())
                    && size == now.size()
                    && Objects.equals(identity, now.fileKey())
                    && time.toInstant().plus(YOUNG).isBefore(Instant.now());
        }
    }

    /** The content of each file, as a digest; {@code missing} if it cannot be read. */
    Map<Path, String> at(Set<Path> files) {
        Map<Path, Seen> next = new HashMap<>();
        Map<Path, String> digests = new HashMap<>();
        for (Path file : files) {
            try {
                Seen now = look(file);
                next.put(file, now);
                digests.put(file, now.digest());
            } catch (IOException unreadable) {
                digests.put(file, MISSING);
            }
        }
        seen = next;
        return digests;
    }

    private Seen look(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        Seen before = seen.get(file);
        if (before != null && before.isStill(now)) {
            return before;
        }
        String digest = HexFormat.of().formatHex(Sha2.SHA_256.of(Files.readAllBytes(file)));
        return new Seen(now.lastModifiedTime(), now.size(), now.fileKey(), digest);
    }
}
