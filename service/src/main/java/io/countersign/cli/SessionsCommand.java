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
import picocli.CommandLine.Spec;

/** {@code countersign sessions}. */
@Command(
        name = "sessions",
        description = {
            "List the live sessions that the instances let in, the newest 500.",
            "Exit code 3 if an instance did not answer."
        })
final class SessionsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();
    @Mixin private SessionFilterOption filter = new SessionFilterOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode body = PrettyJson.object();
        body.set("filter", filter.json());
        JsonNode answer = admin.ask("sessions", body, Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
        } else {
            for (JsonNode each : answer.path("sessions")) {
                out.printf(
                        "%s  %s in %s  from %s (%s)  on %s cid %s  until %s  by %s%n",
                        each.path("session").asText(),
                        PlainText.of(each.path("principal").asText()),
                        PlainText.of(each.path("account").asText()),
                        PlainText.of(each.path("address").asText()),
                        PlainText.of(each.path("type").asText()),
                        PlainText.of(each.path("server-name").asText()),
                        each.path("cid").asText(),
                        each.path("expires").asText(),
                        PlainText.of(each.path("instance").asText()));
            }
            int shown = answer.path("sessions").size();
            int total = answer.path("total").asInt();
            out.println(total > shown ? shown + " of " + total + " sessions" : total + " sessions");
        }
        return Silent.of(answer, out, admin.isJson());
    }
}
