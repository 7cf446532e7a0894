// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the trail's promises names a test that exists for each, or says that it does not. */
class AuditPromisesDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "audit-promises.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`([a-zA-Z0-9.]+)#(\\w+)`");
    private static final String OPEN = "not yet";

    /** Promises that nothing keeps so far; what is done leaves this number, and none comes back. */
    private static final int NOT_YET = 0;

    @Test
    void promises_haveATestThatExists_orSayNotYet() throws IOException {
        List<String> wrong = new ArrayList<>();
        int open = 0;
        int promises = 0;
        for (MatchResult row : ROW.matcher(Files.readString(PAGE)).results().toList()) {
            String tests = row.group(2).strip();
            if (tests.equals("tests") || tests.startsWith("---")) {
                continue;
            }
            promises++;
            if (tests.startsWith(OPEN)) {
                open++;
                continue;
            }
            List<MatchResult> named = TEST.matcher(tests).results().toList();
            if (named.isEmpty()) {
                wrong.add("no test: " + row.group(1));
            }
            for (MatchResult test : named) {
                if (!NamedTests.exists(test.group(1), test.group(2))) {
                    wrong.add("no such test: " + test.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(promises).isGreaterThan(40);
        assertThat(open).isEqualTo(NOT_YET);
    }
}
