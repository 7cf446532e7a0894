// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about findings has a row for each, in their order. */
class DoctorDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "doctor.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z-]+)` \\| (error|warning) \\|", Pattern.MULTILINE);

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

    @Test
    void ids_areKebabCaseAndUnique() {
        assertThat(Checks.ALL)
                .extracting(Check::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"));
    }
}
