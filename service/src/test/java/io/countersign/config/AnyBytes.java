// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What holds for the reading of any bytes, shared by the fuzz test and the property test. */
final class AnyBytes {
    private final ConfigFolder folder;
    private final List<ConfigSchema> schemas;

    AnyBytes(ConfigFolder folder) {
        this.folder = folder;
        this.schemas = List.of(ConfigSchema.Kind.values()).stream().map(ConfigSchema::of).toList();
    }

    /** A configuration or problems with a place, never an exception and never both. */
    void read(byte[] bytes) {
        Problems problems = new Problems();
        Optional<ServiceConfig> config =
                YamlFile.parse(folder.path().resolve("countersign.yaml"), bytes, problems)
                        .flatMap(yaml ->
                                ServiceConfig.of(
                                        yaml, folder.surroundings(), problems, schemas.getFirst()));
        assertThat(config.isPresent()).isEqualTo(problems.isEmpty());
        schemas.forEach(schema -> check(schema, bytes));
    }

    private void check(ConfigSchema schema, byte[] bytes) {
        Problems problems = new Problems();
        YamlFile.parse(folder.path().resolve("policy.yaml"), bytes, problems)
                .ifPresentOrElse(
                        yaml -> schema.check(yaml, problems),
                        () -> assertThat(problems.isEmpty()).isFalse());
        long lines =
                1
                        + new String(bytes, StandardCharsets.UTF_8)
                                .chars()
                                .filter(AnyBytes::ends)
                                .count();
        for (Problem problem : problems.list()) {
            assertThat((long) problem.line()).isBetween(0L, lines);
            assertThat(problem.toString().chars().noneMatch(Character::isISOControl))
                    .as("a problem is one line")
                    .isTrue();
        }
    }

    /** The parser counts lines as YAML 1.1 does: some rare characters end one, too. */
    private static boolean ends(int c) {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
}
