// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign audit}: what has been decided, and whether the record of it still holds. */
@Command(
        name = "audit",
        description = "Follow, export, check and keep audit trails.",
        subcommands = {
            AuditTailCommand.class,
            AuditExportCommand.class,
            AuditVerifyCommand.class,
            AuditKeyCommand.class,
            AuditProveCommand.class,
            AuditWitnessCommand.class,
            AuditBackupCommand.class,
            AuditEraseCommand.class,
            AuditHoldCommand.class,
            AuditHoldsCommand.class,
            AuditReleaseCommand.class
        })
final class AuditCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: tail, export, verify, key, prove, witness, backup, erase, hold, holds or"
                        + " release.");
    }
}
