// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign audit erase}: data protection. */
@Command(
        name = "erase",
        description = {
            "Erase one person's decisions and verdicts from the trails of all instances. Their",
            "hashes stay, so everything else can still be proven, and so does an entry that says",
            "how many went, by whose order and under which reference. The audit stream keeps its",
            "copies until audit.stream.max-age."
        })
final class AuditEraseCommand implements Callable<Integer> {
    @Mixin private EachTrail trails = new EachTrail();

    @Option(names = "--principal", paramLabel = "SOURCE:NAME", description = "Whose entries go.")
    private String principal = "";

    @Option(
            names = "--presented",
            paramLabel = "NAME",
            description = "Refused logins that only claimed this name go, too.")
    private String presented = "";

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description = "Entries from then on stay (default: now).")
    private @Nullable Instant before;

    @Option(
            names = "--reference",
            paramLabel = "TEXT",
            required = true,
            description = "A ticket or the like, not the person's name: it stays in the log.")
    private String reference = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (principal.isEmpty() && presented.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "whose entries? (expected: --principal, --presented or both)");
        }
        Instant end = before == null ? Instant.now() : before;
        ObjectNode body =
                PrettyJson.object()
                        .put("principal", principal)
                        .put("presented", presented)
                        .put("before", end.toString())
                        .put("reference", reference);
        return trails.ask("erase", body, AuditEraseCommand::line);
    }

    private static List<String> line(JsonNode answer) {
        long held = answer.path("held").asLong();
        return List.of(
                "%d erased%s%s"
                        .formatted(
                                answer.path("erased").asLong(),
                                held == 0 ? "" : ", %d kept by a legal hold".formatted(held),
                                answer.has("act")
                                        ? ", entry %d says so"
                                                .formatted(answer.path("act").asLong())
                                        : ""));
    }
}
