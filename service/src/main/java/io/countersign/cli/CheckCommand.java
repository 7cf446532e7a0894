// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.Surroundings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign check}: would a start succeed with these files? */
@Command(
        name = "check",
        description = {
            "Check countersign.yaml, the files that it names, and all keys, without starting.",
            "Lists every problem at once. Ends with 0 if there is none, else with 1."
        })
final class CheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--json", description = "Write the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        CheckReport report = new CheckedFiles(config.file(), Surroundings.ofProcess()).check();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(report.json()));
        } else {
            report.print(out);
        }
        out.flush();
        return report.isGood() ? ExitCode.DONE : ExitCode.NO;
    }
}
