// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign keys}: which keys are where, and how they change. */
@Command(
        name = "keys",
        description = "Show and change keys of the running system.",
        subcommands = {KeysStatusCommand.class, KeysRotateCommand.class})
final class KeysCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: status or rotate.");
    }
}
