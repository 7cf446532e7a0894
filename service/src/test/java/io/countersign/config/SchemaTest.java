// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every schema must have, so that no key is forgotten in tests, documentation or help. */
class SchemaTest {
    private static final Path REFERENCE = Path.of("../ops/docs/configuration.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|.*");

    @ParameterizedTest
    @EnumSource
    void schema_isValidByItsOwnStandard(ConfigSchema.Kind kind) {
        List<Error> errors =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                        .validate(ConfigSchema.of(kind).json());

        assertThat(errors).isEmpty();
    }

    /** A failed branch could only be explained as "none of these". */
    @ParameterizedTest
    @EnumSource
    void schema_hasNoBranches(ConfigSchema.Kind kind) {
        List<String> found = new ArrayList<>();
        walk(
                ConfigSchema.of(kind).json(),
                node ->
                        Stream.of("anyOf", "oneOf", "allOf", "not", "if")
                                .filter(node::has)
                                .forEach(found::add));

        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void schema_everyMappingIsClosed(ConfigSchema.Kind kind) {
        List<JsonNode> open = new ArrayList<>();
        walk(
                ConfigSchema.of(kind).json(),
                node -> {
                    if (node.path("type").toString().contains("object")
                            && !node.has("additionalProperties")) {
                        open.add(node);
                    }
                });

        assertThat(open).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void schema_everyKeyIsDescribedForEditors(ConfigSchema.Kind kind) {
        JsonNode schema = ConfigSchema.of(kind).json();
        List<String> bare = new ArrayList<>();
        walk(
                schema,
                node ->
                        node.path("properties")
                                .properties()
                                .forEach(property -> {
                                    JsonNode place = property.getValue();
                                    JsonNode target =
                                            schema.at(
                                                    place.path("$ref")
                                                            .asText("#/none")
                                                            .substring(1));
                                    if (!place.has("description") && !target.has("description")) {
                                        bare.add(property.getKey());
                                    }
                                }));

        assertThat(bare).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void schema_everyKeyHasARowInTheReference(ConfigSchema.Kind kind) throws IOException {
        String section = "## `" + Words.of(kind) + ".yaml`";
        String text = Files.readString(REFERENCE);
        assertThat(text).contains(section);
        String after = text.substring(text.indexOf(section) + section.length());
        int next = after.indexOf("\n## ");
        Set<String> rows =
                (next < 0 ? after : after.substring(0, next))
                        .lines()
                        .map(ROW::matcher)
                        .filter(Matcher::matches)
                        .map(row -> row.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows).isEqualTo(keys(kind));
    }

    @ParameterizedTest
    @EnumSource
    void schema_everyKeyIsInAGoodFile(ConfigSchema.Kind kind) throws Exception {
        Set<String> used = new TreeSet<>();
        Path folder = Path.of(SchemaTest.class.getResource("good").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(it -> BadFilesTest.kind(it) == kind).toList()) {
                Problems problems = new Problems();
                YamlFile yaml = YamlFile.read(file, problems).orElseThrow();
                ConfigSchema.of(kind).check(yaml, problems);
                assertThat(problems.list()).isEmpty();
                collect(yaml.root(), KeyPath.ROOT, used);
            }
        }

        assertThat(used).containsAll(keys(kind));
    }

    @ParameterizedTest
    @EnumSource
    void schema_everyKeyHasAProblemInABadFile(ConfigSchema.Kind kind) throws Exception {
        Set<String> complained = new TreeSet<>();
        for (Path file : BadFilesTest.files()) {
            if (BadFilesTest.kind(file) == kind) {
                String name = String.valueOf(file.getFileName()).replace(".yaml", ".problems");
                Files.readAllLines(file.resolveSibling(name)).stream()
                        .map(line -> line.split(": ", 3))
                        .filter(parts -> parts.length > 2)
                        .forEach(parts -> complained.add(folded(parts[1])));
            }
        }

        assertThat(complained).containsAll(keys(kind));
    }

    /** All keys; what several places share counts once, as {@code <login>.user}. */
    private static Set<String> keys(ConfigSchema.Kind kind) {
        return new SchemaKeys(ConfigSchema.of(kind).json())
                .all().stream()
                        .map(SchemaTest::folded)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String folded(String path) {
        return path.replaceAll("\\[\\d+]", "[]")
                .replaceFirst("^(authenticators\\[])\\.[a-z-]+\\.tls\\.", "$1.*.tls.")
                .replaceFirst("^(accounts|roles)\\.(?:\"[^\"]*\"|[^.]+)", "$1.*")
                .replaceFirst("(attributes)\\.[^.]+$", "$1.*")
                .replaceFirst("^nats\\.(callout|operations|system)\\.", "<login>.")
                .replaceFirst(
                        "^(?:.*\\.)?(publish|subscribe)\\.(allow|deny|everything)",
                        "<permissions>.$2")
                .replaceFirst("^.*\\.allow-responses\\.", "<allow-responses>.")
                .replaceFirst(
                        "^(roles\\.\\*|rules\\[]\\.grant)\\.(publish|subscribe|inbox|consumers.*|buckets.*|services.*)$",
                        "<role>.$2")
                .replaceFirst(
                        "^(?!audit\\.sinks\\[]\\.file$).*\\.(file|env|credential|vault)$",
                        "<secret>.$1")
                .replaceFirst("^.*\\.(transit|pkcs11)$", "<signing-key>.$1")
                .replaceFirst("(\\[])+$", "");
    }

    private static void collect(YamlNode node, KeyPath path, Set<String> used) {
        used.add(folded(path.toString()));
        switch (node) {
            case YamlNode.Mapping mapping ->
                    mapping.entries()
                            .forEach((key, entry) -> collect(entry.value(), path.key(key), used));
            case YamlNode.Sequence list ->
                    list.items().forEach(item -> collect(item, path.index(0), used));
            case YamlNode.Scalar _ -> {}
        }
    }

    private static void walk(JsonNode node, Consumer<JsonNode> visitor) {
        visitor.accept(node);
        node.forEach(child -> walk(child, visitor));
    }
}
