// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The conformance page names every item once, and only tests that exist. */
class ConformanceDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "conformance.md");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| .* \\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`([a-zA-Z0-9.]+)#(\\w+)`");
    private static final int ITEMS = 92;

    /** What nothing does so far; an item that is done leaves this list, and none comes back. */
    private static final Set<Integer> NOT_YET = Set.of(90);

    @Test
    void items_haveOneRowEachInOrder() throws IOException {
        assertThat(rows().keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, ITEMS).boxed().toList());
    }

    @Test
    void items_thatAreDone_haveATestAndTheOthersSayNotYet() throws IOException {
        rows().forEach((item, tests) -> {
            if (NOT_YET.contains(item)) {
                assertThat(tests).as("item " + item).isEqualTo("not yet");
            } else {
                assertThat(tests).as("item " + item).matches("(" + TEST + " ?)+");
            }
        });
    }

    @Test
    void tests_thatAreNamed_exist() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String tests : rows().values()) {
            for (MatchResult test : TEST.matcher(tests).results().toList()) {
                if (!NamedTests.exists(test.group(1), test.group(2))) {
                    missing.add(test.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** The last column by item, in the order of the page; fails if an item has two rows. */
    private static Map<Integer, String> rows() throws IOException {
        Map<Integer, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            for (MatchResult row : ROW.matcher(line).results().toList()) {
                int item = Integer.parseInt(row.group(1));
                assertThat(rows.put(item, row.group(2))).as("item %d twice", item).isNull();
            }
        }
        return rows;
    }
}
