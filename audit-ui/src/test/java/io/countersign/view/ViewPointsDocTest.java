// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.docs.NamedTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page of the view's points names each once, and only tests that exist. */
class ViewPointsDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "view-points.md");
    private static final Pattern POINT = Pattern.compile("(?m)^\\| (\\d+) \\| .* \\| (.*) \\|$");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (?!point|promise|-).* \\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`([a-zA-Z0-9.]+)#(\\w+)`");
    private static final int POINTS = 40;

    @Test
    void points_haveOneRowEachInOrder() throws IOException {
        assertThat(POINT.matcher(Files.readString(PAGE)).results())
                .extracting(row -> Integer.parseInt(row.group(1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, POINTS).boxed().toList());
    }

    @Test
    void rows_nameTestsThatExist() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<MatchResult> rows = ROW.matcher(Files.readString(PAGE)).results().toList();
        for (MatchResult row : rows) {
            List<MatchResult> tests = TEST.matcher(row.group(1)).results().toList();
            if (tests.isEmpty()) {
                wrong.add("no test: " + row.group());
            }
            tests.stream()
                    .filter(test -> !NamedTests.exists(test.group(1), test.group(2)))
                    .forEach(test -> wrong.add("no such test: " + test.group()));
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).hasSizeGreaterThan(POINTS);
    }
}
