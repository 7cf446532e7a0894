// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.crypto.Ed25519;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.SetupFailed;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code countersign setup operator}: keys, account JWTs, resolver, sentinel, servers, and our own
 * files.
 */
@Command(name = "operator", description = "Accounts are JWTs in a resolver (decentralised).")
final class SetupOperatorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private SetupChoices choices = new SetupChoices();

    @Override
    public Integer call() {
        SecureRandom random = new SecureRandom();
        try {
            SetupChoices.tell(
                    spec.commandLine().getOut(),
                    new OperatorSetup(
                                    Ed25519.best(),
                                    SetupChoices.hasher(random),
                                    random,
                                    Clock.systemUTC())
                            .run(choices.options()));
            return ExitCode.DONE;
        } catch (SetupFailed e) {
            throw SetupChoices.failed(e);
        }
    }
}
