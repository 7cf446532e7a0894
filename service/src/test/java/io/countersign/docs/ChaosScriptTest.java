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

/**
 * Each scenario of {@code ops/chaos} has a test that exists, a promise, and its row on the page.
 */
class ChaosScriptTest {
    private static final Path SCRIPT = Path.of("..", "ops", "chaos");
    private static final Path PAGE = Path.of("..", "ops", "docs", "chaos.md");
    private static final Path TESTS = Path.of("src/test/java/io/countersign/system");
    private static final Pattern SCENARIO =
            Pattern.compile("(?m)^([a-z-]+) +((?:\\w+#\\w+)(?:,\\w+#\\w+)*)  (.+)$");

    @Test
    void list_namesEveryScenarioAndItsPromise() throws Exception {
        Process script =
                new ProcessBuilder("bash", SCRIPT.toString(), "--list")
                        .redirectErrorStream(true)
                        .start();
        List<String> said = script.inputReader().lines().map(String::strip).toList();
        assertThat(script.waitFor()).as("%s", said).isZero();
        assertThat(scenarios()).hasSizeGreaterThan(10);
        for (MatchResult scenario : scenarios()) {
            assertThat(said)
                    .anyMatch(line ->
                            line.startsWith(scenario.group(1) + " ")
                                    && line.endsWith(scenario.group(3)));
        }
    }

    @Test
    void unknownNameOrNumber_isWrongUsage() throws Exception {
        for (List<String> arguments :
                List.of(List.of("no-such"), List.of("--repeat"), List.of("--repeat", "0"))) {
            List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
            command.addAll(arguments);
            Process script = new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> said = script.inputReader().lines().toList();
            assertThat(script.waitFor()).as("%s", said).isEqualTo(2);
        }
    }

    @Test
    void scenarios_haveTestsThatExistAndMeasure_andARowOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        List<String> wrong = new ArrayList<>();
        for (MatchResult scenario : scenarios()) {
            String name = scenario.group(1);
            boolean measures = false;
            for (String test : scenario.group(2).split(",", -1)) {
                String type = test.substring(0, test.indexOf('#'));
                if (!NamedTests.exists("system." + type, test.substring(type.length() + 1))) {
                    wrong.add(name + ": no such test: " + test);
                    continue;
                }
                measures |=
                        Files.readString(TESTS.resolve(type + ".java"))
                                .contains("\"" + name + "\"");
            }
            if (!measures) {
                wrong.add(name + ": its tests tell no figure of that name");
            }
            if (!page.contains("| `%s` | %s |".formatted(name, scenario.group(3)))) {
                wrong.add(name + ": no row with its promise in chaos.md");
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<MatchResult> scenarios() throws IOException {
        return SCENARIO.matcher(Files.readString(SCRIPT)).results().toList();
    }
}
