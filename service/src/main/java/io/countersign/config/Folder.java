// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where relative paths of a file start: its own folder, not the working directory, so that a
 * configuration means the same to a service, a shell and a test.
 */
public record Folder(Path path) {
    /** The folder of a file. */
    public static Folder of(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return new Folder(parent == null ? file.toAbsolutePath().getRoot() : parent);
    }

    /**
     * The absolute path that a text names.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public Path resolve(String text) {
        if (text.contains("${")) {
            throw new IllegalArgumentException(
                    "(expected: a plain path; nothing is substituted in these files)");
        }
        try {
            return path.resolve(text).normalize();
        } catch (InvalidPathException notAPath) {
            throw new IllegalArgumentException("(expected: a path)", notAPath);
        }
    }
}
