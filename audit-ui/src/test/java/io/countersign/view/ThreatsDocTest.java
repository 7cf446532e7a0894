// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page of threats has a row for each that the design promises an answer to, and each row names
 * tests that exist. It is here because it names tests of the service and of the view.
 */
class ThreatsDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "security.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ([^|]+) \\| [^|]+ \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`([a-zA-Z0-9.]+)#(\\w+)`");

    /** Section 7 of the design, in its order. */
    private static final List<String> PROMISED =
            List.of(
                    "A forged request",
                    "A replayed request",
                    "A request sealed for someone else",
                    "An answer for another server",
                    "A stranger in the callout account",
                    "A stranger on the Hazelcast port",
                    "A stolen policy, trail or index file",
                    "An edited or shortened trail",
                    "A template injection through a user name",
                    "A login guesser, distributed or not",
                    "A storm of clients",
                    "A hanging identity backend",
                    "A full disk",
                    "A clock that jumps",
                    "A killed instance",
                    "A split cluster",
                    "A curious viewer of the audit view",
                    "Session fixation in the view",
                    "CSRF in the view",
                    "XSS through a client name",
                    "Open redirects of the view");

    @Test
    void threats_ofTheDesign_haveARowEach() throws IOException {
        assertThat(rows().keySet()).containsAll(PROMISED);
    }

    @Test
    void threats_nameTestsThatExist() throws IOException {
        List<String> wrong = new ArrayList<>();
        rows().forEach((threat, tests) -> {
            List<MatchResult> named = TEST.matcher(tests).results().toList();
            if (named.isEmpty()) {
                wrong.add("no test: " + threat);
            }
            named.stream()
                    .filter(test -> !isThere(test.group(1), test.group(2)))
                    .forEach(test -> wrong.add("no such test: " + test.group()));
        });
        assertThat(wrong).isEmpty();
    }

    /** By its source: what tests of the service need is not all here. */
    private static boolean isThere(String type, String method) {
        Pattern test =
                Pattern.compile(
                        "(?s)@(?:Test|ParameterizedTest|FuzzTest)\\b(?:(?!\\bvoid\\b).)*\\bvoid "
                                + method
                                + "\\(");
        String file = "src/test/java/io/countersign/" + type.replace('.', '/') + ".java";
        return Stream.of(Path.of("..", "service"), Path.of(""))
                .map(module -> module.resolve(file))
                .filter(Files::exists)
                .anyMatch(source -> test.matcher(text(source)).find());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What names the tests, by the threat. */
    private static Map<String, String> rows() throws IOException {
        String page = Files.readString(PAGE);
        String table = page.substring(page.indexOf("| threat |"), page.indexOf("## Where secrets"));
        Map<String, String> rows = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(table).results().toList()) {
            if (!row.group(1).equals("threat")) {
                assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
            }
        }
        assertThat(rows.size()).as("rows that can be read").isEqualTo(lines(table) - 2);
        return rows;
    }

    private static long lines(String table) {
        return table.lines().filter(line -> line.startsWith("|")).count();
    }
}
