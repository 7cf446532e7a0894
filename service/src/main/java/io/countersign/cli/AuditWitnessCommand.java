// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamUnreadable;
import io.countersign.nats.relay.StreamVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit witness}: signs what others' logs were seen to be. */
@Command(
        name = "witness",
        description = {
            "Verify every log of the audit stream and co-sign its newest checkpoint (C2SP",
            "tlog-cosignature), if it extends the one that was signed last. Run it regularly, on a",
            "machine and with a key that no instance has. Exit code 1: a log was not signed."
        })
final class AuditWitnessCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private StreamOption connection = new StreamOption();

    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description = "Keeps the signed checkpoints: for --held of audit verify.")
    private Path folder = Path.of("witness");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "Seed of a user nkey that is used for nothing else.")
    private Path key = Path.of("witness.nk");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "Name of the witness, for example witness.example.com/audit.")
    private String name = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean all = true;
        try (Seed seed = Seed.read(key);
                StreamLink link = connection.connect()) {
            Signer signer = Ed25519.best().signer(seed);
            out.println(
                    "witness "
                            + new CosignatureVerifier(name, signer.key(), Ed25519.best()).vkey());
            WitnessFolder witness = new WitnessFolder(folder, new Cosigner(name, signer));
            List<StreamVerifier.Held> logs =
                    new StreamVerifier(link, Ed25519.best()).verify(Optional.empty(), List.of());
            for (StreamVerifier.Held log : logs) {
                all &= isSigned(witness, log, out);
            }
        } catch (StreamUnreadable e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        } catch (InvalidKey | BadNote e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        out.flush();
        return all ? ExitCode.DONE : ExitCode.NO;
    }

    private static boolean isSigned(WitnessFolder witness, StreamVerifier.Held log, PrintWriter out)
            throws IOException {
        try {
            out.println(log.log() + ": " + witness.witness(log, Instant.now()));
            return true;
        } catch (BadNote e) {
            out.println(PlainText.of(log.log() + ": NOT SIGNED: " + e.getMessage()));
            return false;
        }
    }
}
