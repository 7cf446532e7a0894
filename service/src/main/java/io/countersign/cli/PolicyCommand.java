// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign policy}: a policy is code, and is tested like code. */
@Command(
        name = "policy",
        description = "Test a policy, and compare two.",
        subcommands = {PolicyTestCommand.class, PolicyDiffCommand.class})
final class PolicyCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: test or diff.");
    }
}
