// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit key}. */
@Command(
        name = "key",
        description = {
            "Print the public key of a log, a C2SP vkey. Keep it elsewhere, for --vkey: whoever",
            "forges a log forges the key in it, too."
        })
final class AuditKeyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "TRAIL",
            description = "A trail's folder, or its trail.db.")
    private Path trail = Path.of(".");

    @Override
    public Integer call() throws IOException {
        try (TrailFile opened = TrailFile.open(TrailPath.database(trail))) {
            spec.commandLine().getOut().println(opened.vkey());
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }
}
