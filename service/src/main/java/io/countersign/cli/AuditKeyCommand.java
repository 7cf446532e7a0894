// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.LogOrigin;
import io.countersign.audit.TrailFile;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.witness.WitnessStore;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.nats.relay.CosignedNote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit key}. */
@Command(
        name = "key",
        description = {
            "Print the public key of a log, a C2SP vkey. Keep it elsewhere, for --vkey: whoever",
            "forges a log forges the key in it, too. With --witness: the key with which the",
            "instance of this trail co-signs the logs of others, for --witness of audit verify."
        })
final class AuditKeyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "TRAIL",
            description = "A trail's folder, or its trail.db.")
    private Path trail = Path.of(".");

    @Option(names = "--witness", description = "The key of its witness.")
    private boolean witness;

    @Override
    public Integer call() throws IOException {
        Path database = TrailPath.database(trail);
        try (TrailFile opened = TrailFile.open(database)) {
            spec.commandLine()
                    .getOut()
                    .println(witness ? witness(database, opened.origin()) : opened.vkey());
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        } catch (TrailRefused | InvalidKey | BadNote e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }

    private static String witness(Path database, LogOrigin origin)
            throws IOException, InvalidKey, BadNote {
        Path folder = WitnessStore.beside(database.resolveSibling("."));
        return new CosignatureVerifier(
                        CosignedNote.name(origin.cluster(), origin.instance()),
                        WitnessStore.publicKey(folder),
                        Ed25519.best())
                .vkey();
    }
}
