// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code countersign revocations}. */
@Command(
        name = "revocations",
        subcommands = {RevocationsExportCommand.class, RevocationsImportCommand.class},
        description = "List the revocations in force, the newest 500.")
final class RevocationsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonNode answer = admin.ask("revocations", PrettyJson.object(), Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
            return ExitCode.DONE;
        }
        for (JsonNode each : answer.path("revocations")) {
            out.printf(
                    "%s  %s  %s  %s %s  %s  %s%n",
                    each.path("id").asText(),
                    each.path("created").asText(),
                    each.path("expires").asText("-"),
                    each.path("kind").asText(),
                    PlainText.of(each.path("value").asText()),
                    PlainText.of(each.path("author").asText()),
                    PlainText.of(each.path("reason").asText()));
        }
        return ExitCode.DONE;
    }
}
