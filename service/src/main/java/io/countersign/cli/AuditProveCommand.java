// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.StoredEntry;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit prove}: one entry for somebody who gets nothing else of the log. */
@Command(
        name = "prove",
        description = {
            "Print a C2SP tlog-proof of one entry: with it, the entry's bytes and the log's key,",
            "anybody can check offline that the entry stands in the log:",
            "countersign audit verify --proof FILE --entry FILE --vkey KEY"
        })
final class AuditProveCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "TRAIL",
            description = "A trail's folder, or its trail.db.")
    private Path trail = Path.of(".");

    @Parameters(index = "1", paramLabel = "ID", description = "The entry's id.")
    private UUID id = new UUID(0, 0);

    @Option(
            names = "--entry",
            paramLabel = "FILE",
            description = "Write the entry's exact bytes to this new file.")
    private @Nullable Path entry;

    @Override
    public Integer call() throws IOException {
        try (TrailFile opened = TrailFile.open(TrailPath.database(trail))) {
            StoredEntry stored =
                    opened.entry(id)
                            .orElseThrow(() ->
                                    new CommandFailed(ExitCode.NO, "the trail has no entry " + id));
            String proof =
                    opened.proof(stored.seq())
                            .orElseThrow(() ->
                                    new CommandFailed(
                                            ExitCode.COULD_NOT,
                                            "no checkpoint covers the entry, yet"))
                            .text();
            if (entry != null) {
                Files.write(entry, stored.body(), StandardOpenOption.CREATE_NEW);
            }
            spec.commandLine().getOut().print(proof);
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }
}
