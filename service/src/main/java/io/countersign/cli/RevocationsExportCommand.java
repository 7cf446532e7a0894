// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.cluster.RecordFile;
import io.countersign.cluster.RevocationSeal;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.KeyedHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign revocations export}. */
@Command(
        name = "export",
        description = {
            "Write the signed records of this host's instance to standard output, also while it",
            "runs: for a backup, or for another cluster with the same secret."
        })
final class RevocationsExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description = "The instance's configuration (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("countersign.yaml");

    @Override
    public Integer call() throws IOException {
        Surroundings surroundings = Surroundings.ofProcess();
        ServiceConfig config = ServiceConfig.load(file, surroundings);
        Secrets secrets = new Secrets(surroundings.environment());
        KeyedHash key =
                ClusterSecret.revocations(config, secrets)
                        .orElseThrow(() ->
                                new CommandFailed(
                                        ExitCode.USAGE,
                                        file + ": has no keys.cluster-secret (expected: it)"));
        Path database =
                config.audit().directory().resolve(config.instance()).resolve("revocations.db");
        if (!Files.exists(database)) {
            throw new CommandFailed(
                    ExitCode.USAGE, database + ": not there (expected: an instance's file)");
        }
        ClusterSecrets others = ClusterSecrets.of(config, secrets);
        int count =
                RecordFile.write(
                        database,
                        new RevocationSeal(key, others::revocations),
                        spec.commandLine().getOut());
        spec.commandLine().getErr().println(count + " records");
        return ExitCode.DONE;
    }
}
