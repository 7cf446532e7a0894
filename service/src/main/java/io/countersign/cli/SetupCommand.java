// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign setup}: from nothing to a working NATS configuration. */
@Command(
        name = "setup",
        description = "Make a working, least-privilege NATS configuration with an auth callout.",
        subcommands = {
            SetupOperatorCommand.class,
            SetupStaticCommand.class,
            SetupImportCommand.class,
            SetupPushCommand.class
        })
final class SetupCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a mode (operator or static), import, or push.");
    }
}
