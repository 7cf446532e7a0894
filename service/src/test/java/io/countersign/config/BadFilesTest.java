// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file in {@code bad/} has the problems that stand beside it in {@code .problems}, word for
 * word: these sentences are what an operator sees.
 */
class BadFilesTest {
    @TempDir Path temporary;

    @Test
    void read_badFile_hasExactlyTheProblemsBesideIt() throws Exception {
        ConfigFolder folder = ConfigFolder.in(temporary);
        List<String> differences = new ArrayList<>();
        List<Path> files = files();
        for (Path file : files) {
            String actual = folder.problemsOf(kind(file), Files.readAllBytes(file)) + "\n";
            Path expected = file.resolveSibling(name(file).replace(".yaml", ".problems"));
            if (!Files.exists(expected) || !Files.readString(expected).equals(actual)) {
                differences.add(name(file) + " has:\n" + actual);
            }
        }

        assertThat(differences).isEmpty();
        assertThat(files).hasSizeGreaterThanOrEqualTo(40);
    }

    /** A bad file must not cost the secrets that somebody wrote into it. */
    @Test
    void read_badFileWithSecrets_neverRepeatsThem() throws Exception {
        ConfigFolder folder = ConfigFolder.in(temporary);
        for (Path file : files()) {
            assertThat(folder.problemsOf(kind(file), Files.readAllBytes(file)).toString())
                    .as(name(file))
                    .doesNotContainIgnoringCase(
                            "FAKE", "hunter", "s3cr", "12345", "eyJ", "plain-token", "$1$")
                    .doesNotContain("\u001b", "\u202e");
        }
    }

    static List<Path> files() throws IOException, URISyntaxException {
        Path folder = Path.of(BadFilesTest.class.getResource("bad").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).endsWith(".yaml")).sorted().toList();
        }
    }

    static ConfigSchema.Kind kind(Path file) {
        String word = name(file).substring(0, name(file).indexOf('-'));
        return ConfigSchema.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
