// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code -c FILE}, the same for every command that reads the configuration. */
final class ConfigFileOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("countersign.yaml");

    Path file() {
        return file;
    }
}
