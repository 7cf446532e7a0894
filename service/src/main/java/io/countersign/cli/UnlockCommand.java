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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign unlock}. */
@Command(name = "unlock", description = "End a lockout on all instances, and forget its failures.")
final class UnlockCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();

    @Parameters(paramLabel = "ID", description = "As lockouts shows it.")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit trail.")
    private String reason = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode body = PrettyJson.object().put("id", id).put("reason", reason);
        JsonNode answer = admin.ask("unlock", body, Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
        } else {
            out.printf("unlocked %s%n", PlainText.of(answer.path("about").asText()));
        }
        return ExitCode.DONE;
    }
}
