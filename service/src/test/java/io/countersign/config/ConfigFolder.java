// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.policy.PolicyContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder with the files that the test configurations name. The secrets in it are empty: nobody
 * may open them while a configuration is loaded.
 */
final class ConfigFolder {
    private static final List<String> KEYS =
            List.of("xkey", "xkey-old", "issuer", "issuer-old", "app", "app-old", "user");

    /** What the test policies may refer to. */
    static final PolicyContext POLICIES =
            new PolicyContext(Set.of("APP", "ORDERS"), "AUTH", Set.of("users", "corp"));

    private final Path path;

    private ConfigFolder(Path path) {
        this.path = path;
    }

    static ConfigFolder in(Path temporary) {
        try {
            Files.createDirectories(temporary.resolve("keys"));
            Files.createDirectories(temporary.resolve("creds"));
            for (String name : KEYS) {
                secret(temporary.resolve("keys/" + name + ".nk"), "rw-------");
            }
            for (String name : List.of("cluster", "cluster-new", "fingerprints")) {
                secret(temporary.resolve("keys/" + name + ".secret"), "rw-------");
            }
            secret(temporary.resolve("keys/open.nk"), "rw-r-----");
            for (String name : List.of("callout", "operations", "system")) {
                secret(temporary.resolve("creds/" + name + ".creds"), "r--------");
            }
            secret(temporary.resolve("creds/password"), "rw-------");
            secret(temporary.resolve("creds/from-systemd"), "rw-r--r--");
            secret(temporary.resolve("ca.pem"), "rw-r--r--");
            secret(temporary.resolve("client.pem"), "rw-r--r--");
            secret(temporary.resolve("client.key"), "rw-------");
            for (String name : List.of("jwks.json", "account.jwt", "plugin.jar")) {
                secret(temporary.resolve(name), "rw-r--r--");
            }
            return new ConfigFolder(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void secret(Path file, String mode) throws IOException {
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    Path path() {
        return path;
    }

    Surroundings surroundings() {
        return new Surroundings(
                Map.of(
                        "THERE",
                        "value-of-a-secret",
                        "EMPTY",
                        "",
                        "CREDENTIALS_DIRECTORY",
                        path.resolve("creds").toString()),
                Optional.of("Node-1.example.com"));
    }

    /** Reads bytes as if they stood in this folder, with the rules of the kind of file. */
    Problems problemsOf(ConfigSchema.Kind kind, byte[] bytes) {
        Problems problems = new Problems();
        Path file = path.resolve(Words.of(kind) + ".yaml");
        ConfigSchema schema = ConfigSchema.of(kind);
        YamlFile.parse(file, bytes, problems)
                .ifPresent(yaml -> {
                    switch (kind) {
                        case COUNTERSIGN ->
                                ServiceConfig.of(yaml, surroundings(), problems, schema);
                        case POLICY -> PolicyFile.of(yaml, POLICIES, problems, schema);
                        case CASES -> PolicyCasesFile.of(yaml, problems, schema);
                        case USERS -> UsersFile.of(yaml, problems, schema);
                        case VIEW -> ViewFile.of(yaml, problems, schema);
                    }
                });
        return problems;
    }
}
