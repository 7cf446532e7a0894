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

/** {@code countersign lockouts}. */
@Command(
        name = "lockouts",
        description = "List who is locked out after too many failures, the newest 500.")
final class LockoutsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();

    @Option(names = "--rule", paramLabel = "NAME", description = "Only those of this rule.")
    private String rule = "";

    @Option(
            names = "--about",
            paramLabel = "TEXT",
            description = "Only those with this text in what is locked: a name, an address.")
    private String about = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode body = PrettyJson.object().put("rule", rule).put("about", about);
        JsonNode answer = admin.ask(LockoutActs.LIST, body, Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
            return ExitCode.DONE;
        }
        for (JsonNode each : answer.path("lockouts")) {
            out.printf(
                    "%s  until %s  %s  %s%s%n",
                    each.path("id").asText(),
                    each.path("until").asText(),
                    PlainText.of(each.path("rule").asText()),
                    PlainText.of(each.path("about").asText()),
                    each.path("observed").asBoolean() ? "  (only observed)" : "");
        }
        return ExitCode.DONE;
    }
}
