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

    @Parameters(arity = "0..1", paramLabel = "ID", description = "As lockouts shows it.")
    private String id = "";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Instead of an ID: all lockouts of this name, as it was claimed.")
    private String user = "";

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Instead of an ID: all lockouts of this address; with --user, of both.")
    private String address = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit trail.")
    private String reason = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean isNamed = !user.isEmpty() || !address.isEmpty();
        if (id.isEmpty() != isNamed) {
            throw new CommandFailed(
                    ExitCode.USAGE, "unlock: expected: an ID, or --user or --address");
        }
        ObjectNode body = PrettyJson.object().put("reason", reason);
        if (isNamed) {
            body.put("user", user).put("address", address);
        } else {
            body.put("id", id);
        }
        JsonNode answer = admin.ask("unlock", body, Duration.ZERO);
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(answer));
        } else if (isNamed) {
            answer.path("unlocked").forEach(each -> print(each, out));
        } else {
            print(answer, out);
        }
        return ExitCode.DONE;
    }

    private static void print(JsonNode lockout, PrintWriter out) {
        out.printf("unlocked %s%n", PlainText.of(lockout.path("about").asText()));
    }
}
