// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an instance can do its work. Not being ready changes nothing for logins: NATS knows
 * nothing of it, and an instance answers as long as it can. It is for people, alarms and roll-outs.
 * Thread-safe.
 */
public final class Health {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String instance;
    private final List<HealthCheck> checks;

    /** Of these checks, all of which are needed. */
    public Health(String instance, List<HealthCheck> checks) {
        this.instance = instance;
        this.checks = List.copyOf(checks);
    }

    /**
     * What the checks say now.
     *
     * @param problems by check; empty texts for those that are well
     */
    public record Report(String instance, Map<String, String> problems) {
        public Report {
            problems = Map.copyOf(problems);
        }

        /** True if nothing is wrong. */
        public boolean isReady() {
            return problems.values().stream().allMatch(String::isEmpty);
        }
    }

    /** Asks every check. */
    public Report report() {
        Map<String, String> problems = new LinkedHashMap<>();
        for (HealthCheck check : checks) {
            problems.put(check.name(), problem(check).orElse(""));
        }
        return new Report(instance, problems);
    }

    /** A check that fails is a problem, too: nobody can tell then. */
    private static Optional<String> problem(HealthCheck check) {
        try {
            return check.problem().get();
        } catch (IllegalStateException e) {
            return Optional.of("cannot be told: " + e.getClass().getSimpleName());
        }
    }

    /** The report as JSON, checks in their order. */
    String json(Report report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("instance", report.instance());
        json.put("ready", report.isReady());
        ObjectNode node = json.putObject("checks");
        for (HealthCheck check : checks) {
            String problem = report.problems().getOrDefault(check.name(), "");
            node.put(check.name(), problem.isEmpty() ? "ok" : problem);
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of JSON nodes is always JSON", impossible);
        }
    }
}
