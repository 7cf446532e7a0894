// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code ops/} ships for monitoring, as a test reads it. */
public final class Monitoring {
    /** Alert rules, their tests and what belongs to them. */
    public static final Path RULES = Path.of("..", "ops", "prometheus");

    private static final Path DASHBOARD = Path.of("..", "ops", "grafana", "countersign.json");
    private static final Pattern RULE =
            Pattern.compile("- alert: (\\w+)\\n +expr: (.*) (?:==|<|>) [0-9.e]+\\n");

    private Monitoring() {}

    /** For each alert what it compares with its threshold. */
    public static Map<String, String> alerts() throws IOException {
        Map<String, String> alerts = new LinkedHashMap<>();
        Matcher rule = RULE.matcher(Files.readString(RULES.resolve("alerts.yaml")));
        while (rule.find()) {
            alerts.put(rule.group(1), rule.group(2));
        }
        return alerts;
    }

    /** For each query of the dashboard's panels its text, variables filled in. */
    public static Map<String, String> panels() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.path("title").asText() + " " + target.path("refId").asText(),
                        target.path("expr")
                                .asText()
                                .replace("$__rate_interval", "1m")
                                .replace("$instance", ".*"));
            }
        }
        return queries;
    }
}
