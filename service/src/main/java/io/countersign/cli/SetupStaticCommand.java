// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.setup.SetupFailed;
import io.countersign.setup.StaticSetup;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code countersign setup static}: accounts in the servers' configuration, break-glass user, and
 * our own files.
 */
@Command(name = "static", description = "Accounts are in the servers' configuration files.")
final class SetupStaticCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private SetupChoices choices = new SetupChoices();

    @Override
    public Integer call() {
        SecureRandom random = new SecureRandom();
        try {
            SetupChoices.tell(
                    spec.commandLine().getOut(),
                    new StaticSetup(SetupChoices.hasher(random), random).run(choices.options()));
            return ExitCode.DONE;
        } catch (SetupFailed e) {
            throw SetupChoices.failed(e);
        }
    }
}
