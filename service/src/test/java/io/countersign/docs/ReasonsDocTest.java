// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about reasons has a row for each, in the half that tells what the client gets. */
class ReasonsDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "reasons.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z-]+)`( \\*)? \\|", Pattern.MULTILINE);

    @Test
    void answeredReasons_haveTheirRowsUnderAnswered() throws IOException {
        assertThat(rows("\n## Answered\n")).isEqualTo(codes(Reason::isAnswered));
    }

    @Test
    void silentReasons_haveTheirRowsUnderSilent() throws IOException {
        assertThat(rows("\n## Silent\n")).isEqualTo(codes(reason -> !reason.isAnswered()));
    }

    /** The codes in the first column of a section's table, in their order. */
    private static List<String> rows(String heading) throws IOException {
        String text = Files.readString(PAGE);
        assertThat(text).contains(heading);
        String after = text.substring(text.indexOf(heading) + heading.length());
        int next = after.indexOf("\n## ");
        return ROW.matcher(next < 0 ? after : after.substring(0, next))
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();
    }

    private static List<String> codes(Predicate<Reason> chosen) {
        return Arrays.stream(Reason.values()).filter(chosen).map(Reason::code).toList();
    }
}
