// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code countersign instances}. */
@Command(
        name = "instances",
        description = {
            "Show all instances: version, revision, load, relay, links, and in what they differ.",
            "Exit code 1 if they differ, 3 if one did not answer."
        })
final class InstancesCommand implements Callable<Integer> {
    /** Fields that should be the same everywhere. */
    private static final List<String> SAME =
            List.of("version", "revision", "revocations-digest", "members");

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonNode answer = admin.ask("instances", PrettyJson.object(), Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        List<String> drift = drift(answer.path("statuses"));
        if (admin.isJson()) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) answer)
                    .set("drift", PrettyJson.texts(drift));
            out.println(PrettyJson.write(answer));
        } else {
            answer.path("statuses").forEach(each -> print(each, out));
            drift.forEach(each -> out.println("they differ: " + PlainText.of(each)));
        }
        int code = Silent.of(answer, out, admin.isJson());
        return code == ExitCode.DONE && !drift.isEmpty() ? ExitCode.NO : code;
    }

    private static void print(JsonNode it, PrintWriter out) {
        out.printf(
                "%s  version %s  revision %s  up %s%n",
                PlainText.of(it.path("instance").asText()),
                PlainText.of(it.path("version").asText()),
                PlainText.of(it.path("revision").asText()),
                uptime(it));
        out.printf(
                "    %d sessions  %d requests, %d dropped  queue %d of %d  sees %d members%n",
                it.path("sessions").asLong(),
                it.path("requests").asLong(),
                it.path("dropped").asLong(),
                it.path("in-flight").asLong(),
                it.path("queue").asLong(),
                it.path("members").asLong());
        JsonNode refused = it.path("refused-files");
        if (!refused.isMissingNode()) {
            out.printf(
                    "    files refused since %s:%n", PlainText.of(refused.path("since").asText()));
            refused.path("problems")
                    .forEach(each -> out.println("      " + PlainText.of(each.asText())));
        }
        for (JsonNode each : it.path("need-restart")) {
            out.printf("    %s: changed, needs a restart%n", PlainText.of(each.asText()));
        }
        JsonNode relay = it.path("relay");
        out.printf(
                "    relay %s  %d revocations%n",
                relay.isMissingNode()
                        ? "off"
                        : relay.path("state").asText() + ", " + relay.path("behind") + " behind",
                it.path("revocations").asLong());
        for (JsonNode link : it.path("links")) {
            out.printf(
                    "    %s on %s, cid %s%n",
                    PlainText.of(link.path("name").asText()),
                    PlainText.of(link.path("server-name").asText()),
                    link.path("cid").asText());
        }
    }

    private static Duration uptime(JsonNode it) {
        Instant started = Instant.parse(it.path("started").asText());
        return Duration.ofSeconds(
                Duration.between(started, Instant.parse(it.path("time").asText())).toSeconds());
    }

    /** In what they differ, a line each. */
    static List<String> drift(JsonNode statuses) {
        List<String> drift = new ArrayList<>();
        for (String field : SAME) {
            TreeSet<String> values = new TreeSet<>();
            StringBuilder each = new StringBuilder(field).append(':');
            for (JsonNode status : statuses) {
                String value = status.path(field).asText();
                values.add(value);
                each.append(' ').append(status.path("instance").asText()).append('=');
                each.append(value);
            }
            if (values.size() > 1) {
                drift.add(each.toString());
            }
        }
        for (JsonNode status : statuses) {
            int members = status.path("members").asInt();
            if (members < statuses.size()) {
                drift.add(
                        "cluster: %s sees %d of %d instances"
                                .formatted(
                                        status.path("instance").asText(),
                                        members,
                                        statuses.size()));
            }
        }
        return drift;
    }
}
