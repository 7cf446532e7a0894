// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign audit release}. */
@Command(name = "release", description = "Release a legal hold in the trails of all instances.")
final class AuditReleaseCommand implements Callable<Integer> {
    @Mixin private EachTrail trails = new EachTrail();

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the hold.")
    private String name = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return trails.ask(
                "release",
                PrettyJson.object().put("name", name),
                answer ->
                        List.of(
                                answer.path("released").asBoolean()
                                        ? "released"
                                        : "had no hold of that name"));
    }
}
