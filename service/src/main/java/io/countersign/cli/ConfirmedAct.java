// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of an act that all instances have to confirm, and its outcome. */
final class ConfirmedAct {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit trail.")
    private String reason = "";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "How long all instances have to confirm, 0 to 30 (default: ${DEFAULT-VALUE});"
                            + " exit code 3 if they have not.")
    private int wait = 5;

    int send(AdminOption admin, String verb, ObjectNode body)
            throws IOException, InterruptedException {
        if (wait < 0 || wait > 30) {
            throw new CommandFailed(ExitCode.USAGE, "--wait: " + wait + " (expected: 0 to 30)");
        }
        Duration limit = Duration.ofSeconds(wait);
        body.put("reason", reason).put("wait", limit.toMillis());
        JsonNode answer = admin.ask(verb, body, limit);
        PrintWriter out = spec.commandLine().getOut();
        int confirmed = answer.path("confirmed").size();
        int instances = answer.path("instances").asInt();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
        } else {
            out.println(answer.path("id").asText());
            out.printf("enforced on %d of %d%n", confirmed, instances);
            if (answer.has("sessions")) {
                EndedSessions.print(answer.path("sessions"), out);
            }
        }
        boolean isDone = confirmed >= instances && EndedSessions.isAll(answer.path("sessions"));
        return isDone ? ExitCode.DONE : ExitCode.COULD_NOT;
    }
}
