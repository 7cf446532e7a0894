// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import io.countersign.config.ConfigInvalid;
import io.countersign.config.ConfigReader;
import io.countersign.config.Folder;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.YamlFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code view.yaml} says. Paths are relative to the file.
 *
 * @param data directory of the index, the people and the session key
 * @param credentials of a reader in the operations account; with it, {@code servers} are set
 * @param secure whether browsers come by HTTPS, through a proxy
 */
record ViewConfig(
        String host,
        int port,
        boolean secure,
        Path data,
        List<String> servers,
        Optional<Path> credentials,
        Optional<Path> trail) {
    static final int PORT = 8230;

    private static final Set<String> KEYS =
            Set.of("host", "port", "secure", "data", "nats", "trail");

    /**
     * Reads the file.
     *
     * @throws ConfigInvalid with all that is wrong
     */
    static ViewConfig load(Path file) {
        Problems problems = new Problems();
        Optional<YamlFile> yaml = YamlFile.read(file, problems);
        problems.throwIfAny();
        ConfigReader root = ConfigReader.of(yaml.orElseThrow(), problems);
        for (String key : root.entries().keySet()) {
            if (!KEYS.contains(key)) {
                problems.add(
                        new Problem(
                                file,
                                0,
                                key,
                                "unknown key (expected: "
                                        + String.join(", ", KEYS.stream().sorted().toList())
                                        + ")"));
            }
        }
        Folder folder = Folder.of(file);
        ConfigReader nats = root.key("nats");
        ViewConfig config =
                new ViewConfig(
                        root.key("host").text("127.0.0.1"),
                        root.key("port").integer(PORT),
                        root.key("secure").flag(false),
                        root.key("data").file(folder).orElse(folder.resolve("view-data")),
                        nats.key("servers").texts(),
                        nats.key("credentials").file(folder),
                        root.key("trail").file(folder));
        boolean stream = !config.servers().isEmpty() && config.credentials().isPresent();
        if (stream == config.trail().isPresent()) {
            problems.add(
                    new Problem(
                            file,
                            0,
                            "nats",
                            "source (expected: either nats.servers and nats.credentials, or trail)"));
        }
        problems.throwIfAny();
        return config;
    }
}
