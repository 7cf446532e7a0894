// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The audit view's file, checked for its shape. What its keys mean together is judged by the view.
 */
public final class ViewFile {
    private ViewFile() {}

    /** Reads a file; empty if it cannot be read at all, and then the problem says why. */
    public static Optional<ConfigReader> read(Path file, Problems problems) {
        return YamlFile.read(file, problems).map(yaml -> of(yaml, problems, schema()));
    }

    static ConfigSchema schema() {
        return ConfigSchema.of(ConfigSchema.Kind.VIEW);
    }

    static ConfigReader of(YamlFile yaml, Problems problems, ConfigSchema schema) {
        schema.check(yaml, problems);
        return ConfigReader.of(yaml, problems);
    }
}
