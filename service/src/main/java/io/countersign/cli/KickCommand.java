// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign kick}. */
@Command(
        name = "kick",
        description = {
            "End live sessions on all instances. Their clients may come back: revoke to keep them out.",
            "Exit code 3 if some remain or an instance did not answer."
        })
final class KickCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();
    @Mixin private SessionFilterOption filter = new SessionFilterOption();

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit trail.")
    private String reason = "";

    @Option(names = "--all", description = "Every session that there is.")
    private boolean all;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (filter.isAll() != all) {
            throw new CommandFailed(ExitCode.USAGE, "kick: say whom, or --all, not both");
        }
        ObjectNode body = PrettyJson.object().put("reason", reason).put("all", all);
        body.set("filter", filter.json());
        JsonNode answer = admin.ask("kick", body, Duration.ofSeconds(10));
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
        } else {
            EndedSessions.print(answer, out);
            int confirmed = answer.path("confirmed").size();
            out.printf("done by %d of %d%n", confirmed, answer.path("instances").asInt());
        }
        boolean isDone =
                answer.path("confirmed").size() >= answer.path("instances").asInt()
                        && EndedSessions.isAll(answer);
        return isDone ? ExitCode.DONE : ExitCode.COULD_NOT;
    }
}
