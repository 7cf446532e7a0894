// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ops/bench --record}: requests of real servers as test data, with throw-away keys. */
@Command(
        name = "record",
        description = "Records requests of real nats-servers 2.10 and newest.",
        mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Where to write them.")
    private @Nullable Path file;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null || file == null) {
            throw new IllegalStateException("picocli sets these before a call");
        }
        List<Recording> recordings = new Recorder().everything();
        Recording.write(recordings, file);
        recordings.forEach(recording ->
                spec.commandLine()
                        .getOut()
                        .printf("%s: %d bytes%n", recording, recording.payload().length));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
