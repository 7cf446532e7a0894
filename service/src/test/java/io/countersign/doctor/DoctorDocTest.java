// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about findings has a row for each, in their order. */
class DoctorDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "doctor.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z-]+)` \\| (error|warning) \\|", Pattern.MULTILINE);

    private static final Pattern ID = Pattern.compile("`([a-z-]+)`");

    @Test
    void findings_haveTheirRows() throws IOException {
        List<String> rows =
                ROW.matcher(Files.readString(PAGE))
                        .results()
                        .map((MatchResult row) -> row.group(1) + " " + row.group(2))
                        .toList();
        assertThat(rows)
                .isEqualTo(
                        Checks.ALL.stream()
                                .map(check -> check.id() + " " + check.severity().word())
                                .toList());
    }

    /** The mistakes that others met before (the survey of the field). */
    @Test
    void newcomersMistakes_haveFindings() throws IOException {
        String page = Files.readString(PAGE);
        String table =
                page.substring(
                        page.indexOf("## What newcomers run into"), page.indexOf("## Findings"));
        List<String> rows = table.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
        assertThat(rows).hasSizeGreaterThan(20);
        List<String> known = Checks.ALL.stream().map(Check::id).toList();
        for (String row : rows) {
            String last = row.split(" \\| ", -1)[2];
            List<String> ids = ID.matcher(last).results().map(it -> it.group(1)).toList();
            assertThat(ids).as(row).isNotEmpty();
            assertThat(known).as(row).containsAll(ids);
        }
    }

    /** A finding that no test sees may well be none. */
    @Test
    void findings_areSeenByTests() throws IOException {
        StringBuilder tests = new StringBuilder();
        for (String folder : List.of("doctor", "cli")) {
            Path sources = Path.of("src", "test", "java", "io", "countersign", folder);
            try (Stream<Path> files = Files.list(sources)) {
                for (Path file : files.filter(it -> !it.endsWith("DoctorDocTest.java")).toList()) {
                    tests.append(Files.readString(file));
                }
            }
        }
        List<String> unseen =
                Checks.ALL.stream()
                        .map(Check::id)
                        .filter(id ->
                                !Pattern.compile("[ \"]" + id + "[ \":]").matcher(tests).find())
                        .toList();
        assertThat(unseen).isEmpty();
    }

    @Test
    void ids_areKebabCaseAndUnique() {
        assertThat(Checks.ALL)
                .extracting(Check::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"));
    }
}
