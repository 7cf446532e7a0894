// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit backup}. */
@Command(
        name = "backup",
        description = {
            "Copy a trail into a new file, also while its instance writes it. The copy can be",
            "verified, exported and searched; no instance goes on writing it."
        })
final class AuditBackupCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "TRAIL",
            description = "A trail's folder, or its trail.db.")
    private Path trail = Path.of(".");

    @Parameters(index = "1", paramLabel = "FILE", description = "The copy; must not exist.")
    private Path target = Path.of("backup.db");

    @Override
    public Integer call() throws IOException {
        try {
            TrailFile.backup(TrailPath.database(trail), target);
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        } catch (FileAlreadyExistsException _) {
            throw new CommandFailed(
                    ExitCode.USAGE, target + ": is there (expected: a new file; nothing is lost)");
        }
        spec.commandLine().getOut().println("copied to " + target);
        return ExitCode.DONE;
    }
}
