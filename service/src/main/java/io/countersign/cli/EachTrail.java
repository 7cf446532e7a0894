// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of what is asked of the trail of every instance, and its outcome. */
final class EachTrail {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOption admin = new AdminOption();

    @Option(
            names = "--instances",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description =
                    "How many instances there are (default: what cluster-network says, else 1).")
    private int instances;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long all instances have to answer (default: ${DEFAULT-VALUE}); exit code"
                            + " 3 if they have not.")
    private int wait = 60;

    /** Prints a line for each answer. */
    int ask(String verb, ObjectNode body, Function<JsonNode, List<String>> lines)
            throws IOException, InterruptedException {
        if (wait < 1 || wait > 3600 || instances < 0) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--wait, --instances: (expected: 1 to 3600, not negative)");
        }
        AdminOption.Answers answers =
                admin.askEach(verb, body, instances, Duration.ofSeconds(wait));
        PrintWriter out = spec.commandLine().getOut();
        List<JsonNode> sorted =
                answers.all().stream()
                        .sorted(Comparator.comparing(a -> a.path("instance").asText()))
                        .toList();
        if (admin.isJson()) {
            out.println(PrettyJson.write(PrettyJson.array(sorted, answer -> answer)));
        } else {
            for (JsonNode answer : sorted) {
                String instance = answer.path("instance").asText();
                lines.apply(answer)
                        .forEach(line -> out.println(PlainText.of(instance + ": " + line)));
            }
            out.printf("%d of %d instances answered%n", sorted.size(), answers.expected());
        }
        out.flush();
        return answers.isComplete() ? ExitCode.DONE : ExitCode.COULD_NOT;
    }
}
