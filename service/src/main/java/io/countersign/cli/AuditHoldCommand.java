// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign audit hold}. */
@Command(
        name = "hold",
        description = {
            "Put a legal hold on entries in the trails of all instances: neither retention nor an",
            "erasure takes them until it is released. The same name again changes it."
        })
final class AuditHoldCommand implements Callable<Integer> {
    @Mixin private EachTrail trails = new EachTrail();

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the hold.")
    private String name = "";

    @Option(
            names = "--principal",
            paramLabel = "SOURCE:NAME",
            description = "Whose entries (default: everybody's).")
    private String principal = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            required = true,
            description = "First instant that it covers.")
    private Instant since = Instant.EPOCH;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            required = true,
            description = "First instant that it no longer covers.")
    private Instant until = Instant.EPOCH;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode body =
                PrettyJson.object()
                        .put("name", name)
                        .put("principal", principal)
                        .put("since", since.toString())
                        .put("until", until.toString());
        return trails.ask(
                "hold", body, answer -> List.of(answer.path("hold").asText() + " is in force"));
    }
}
