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

/** The list of long runs can be read by bash, and each of them has its test and its place. */
class SoakScriptTest {
    private static final Path SCRIPT = Path.of("..", "ops", "soak");
    private static final Path PAGE = Path.of("..", "ops", "docs", "soak.md");
    private static final Pattern SCENARIO =
            Pattern.compile("(?m)^(\\w+) +([0-9]+) +(audit-ui:)?(\\w+)(#(\\w+))?  (.+)$");

    @Test
    void script_withoutArguments_listsEveryScenario() throws Exception {
        Process script =
                new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true).start();
        List<String> said = script.inputReader().lines().toList();
        assertThat(script.waitFor()).as("%s", said).isZero();
        assertThat(scenarios()).hasSizeGreaterThan(8);
        for (MatchResult scenario : scenarios()) {
            assertThat(said)
                    .anyMatch(line -> line.strip().matches(scenario.group(1) + " +[0-9]+ .+"));
        }
        assertThat(said).noneMatch(line -> line.contains("not found"));
    }

    @Test
    void scenarios_nameATestThatExists_andAreOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        List<String> wrong = new ArrayList<>();
        for (MatchResult scenario : scenarios()) {
            boolean service = scenario.group(3) == null;
            if (service && !NamedTests.exists("system." + scenario.group(4), scenario.group(6))) {
                wrong.add("no such test: " + scenario.group());
            }
            if (!page.contains("## " + scenario.group(1))) {
                wrong.add("not in soak.md: " + scenario.group(1));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<MatchResult> scenarios() throws IOException {
        return SCENARIO.matcher(Files.readString(SCRIPT)).results().toList();
    }
}
