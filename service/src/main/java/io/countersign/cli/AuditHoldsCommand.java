// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign audit holds}. */
@Command(name = "holds", description = "List the legal holds of all instances.")
final class AuditHoldsCommand implements Callable<Integer> {
    @Mixin private EachTrail trails = new EachTrail();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return trails.ask("holds", PrettyJson.object(), AuditHoldsCommand::lines);
    }

    private static List<String> lines(JsonNode answer) {
        List<String> lines = new ArrayList<>();
        for (JsonNode hold : answer.path("holds")) {
            String whose = hold.path("principal").asText();
            lines.add(
                    "%s, %s, from %s to %s"
                            .formatted(
                                    hold.path("name").asText(),
                                    whose.isEmpty() ? "everybody" : whose,
                                    hold.path("since").asText(),
                                    hold.path("until").asText()));
        }
        return lines.isEmpty() ? List.of("no holds") : lines;
    }
}
