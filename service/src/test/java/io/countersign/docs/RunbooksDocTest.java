// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Monitoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each alert has its runbook and each runbook its alert; and each alert is seen to fire. */
class RunbooksDocTest {
    private static final Path PAGE = Path.of("..", "ops", "docs", "runbooks.md");

    @Test
    void alerts_andRunbooks_areTheSameInTheSameOrder() throws IOException {
        List<String> alerts = List.copyOf(Monitoring.alerts().keySet());

        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(found("(?m)^### (Countersign\\w+)$", Files.readString(PAGE))).isEqualTo(alerts);
        assertThat(found("runbook: ops/docs/runbooks.md#(\\w+)", rules("alerts.yaml")))
                .isEqualTo(alerts.stream().map(it -> it.toLowerCase(Locale.ROOT)).toList());
    }

    @Test
    void runbooks_ofAlerts_sayWhatItMeansAndWhatToDo() throws IOException {
        String page = Files.readString(PAGE);
        List<String> lacking = new ArrayList<>();
        for (String section : page.split("(?m)^### ", -1)) {
            boolean whole =
                    section.contains("**Means:**")
                            && section.contains("**Look:**")
                            && section.contains("**Do:**");
            if (section.startsWith("Countersign") && !whole) {
                lacking.add(section.lines().findFirst().orElse(""));
            }
        }
        assertThat(lacking).isEmpty();
    }

    @Test
    void alerts_inTheirTests_areSilentWhenAllIsWellAndFireOnce() throws IOException {
        String tests = rules("alerts.test.yaml");
        for (String alert : Monitoring.alerts().keySet()) {
            assertThat(tests)
                    .contains("{alertname: " + alert + ", eval_time: 50m, exp_alerts: []}")
                    .contains("- alertname: " + alert + "\n");
        }
    }

    private static String rules(String file) throws IOException {
        return Files.readString(Monitoring.RULES.resolve(file));
    }

    private static List<String> found(String expression, String text) {
        return Pattern.compile(expression)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
