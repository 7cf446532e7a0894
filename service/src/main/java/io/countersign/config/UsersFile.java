// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.identity.users.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Loads {@code users.yaml}: users that the service itself can recognise. What comes out can become
 * a {@link io.countersign.identity.users.UserDirectory}: no name, token or nkey belongs to two.
 * Stateless.
 */
public final class UsersFile {
    /** The name by which policies call users of this file. */
    public static final String SOURCE = "users";

    private UsersFile() {}

    /**
     * Users that can become a directory.
     *
     * @param digest SHA-256 of the file as it was read, in hex
     */
    public record Loaded(List<User> users, String digest) {
        /** What an instance without a file of users has. */
        public static final Loaded NONE = new Loaded(List.of(), "");

        public Loaded {
            users = List.copyOf(users);
        }
    }

    /**
     * Reads a file as one of several whose problems are reported together. Problems never repeat a
     * hash.
     *
     * @return empty if at least one problem was added
     */
    public static Optional<List<User>> read(Path file, Problems problems) {
        return load(file, problems).map(Loaded::users);
    }

    /** As {@link #read}, and tells which version of the file it was. */
    public static Optional<Loaded> load(Path file, Problems problems) {
        return YamlFile.bytes(file, problems, YamlLimits.USERS)
                .flatMap(bytes -> load(file, bytes, problems));
    }

    private static Optional<Loaded> load(Path file, byte[] bytes, Problems problems) {
        Optional<List<User>> fast =
                bytes.length > YamlLimits.USERS.bytes()
                        ? Optional.empty()
                        : YamlFile.plainText(bytes)
                                .flatMap(text -> PlainUsers.read(text, YamlLimits.USERS));
        return fast.map(users -> new Loaded(users, YamlFile.digest(bytes)))
                .or(() ->
                        YamlFile.parse(file, bytes, problems, YamlLimits.USERS)
                                .flatMap(yaml ->
                                        of(yaml, problems)
                                                .map(it -> new Loaded(it, yaml.digest()))));
    }

    private static Optional<List<User>> of(YamlFile yaml, Problems problems) {
        Optional<List<User>> plain =
                problems.touch(yaml.path(), KeyPath.ROOT)
                        ? Optional.empty()
                        : PlainUsers.read(yaml.root());
        return plain.isPresent() ? plain : of(yaml, problems, schema());
    }

    static ConfigSchema schema() {
        return ConfigSchema.of(ConfigSchema.Kind.USERS);
    }

    static Optional<List<User>> of(YamlFile yaml, Problems problems, ConfigSchema schema) {
        schema.check(yaml, problems);
        ConfigReader root = ConfigReader.of(yaml, problems);
        List<User> users = new UsersReader().read(root.key("users"));
        return root.build(() -> users);
    }
}
