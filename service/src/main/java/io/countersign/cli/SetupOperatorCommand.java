// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.crypto.Ed25519;
import io.countersign.setup.NscCommands;
import io.countersign.setup.NscFiles;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupResult;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
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

    @Mixin private NscChoices nsc = new NscChoices();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Optional<NscFiles> files = nsc.files();
            if (nsc.print()) {
                NscCommands.of(choices.options()).forEach(out::println);
                out.flush();
            } else {
                SetupChoices.tell(out, files.isPresent() ? use(files.get()) : make());
            }
            return ExitCode.DONE;
        } catch (SetupFailed e) {
            throw SetupChoices.failed(e);
        }
    }

    private SetupResult make() throws SetupFailed {
        return setup().run(choices.options());
    }

    private SetupResult use(NscFiles files) throws SetupFailed {
        if (choices.hasAccounts()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "--account: not with --use-keys (expected: --account-jwt for each account)");
        }
        return setup().run(choices.options(), files);
    }

    private static OperatorSetup setup() {
        SecureRandom random = new SecureRandom();
        return new OperatorSetup(
                Ed25519.best(), SetupChoices.hasher(random), random, Clock.systemUTC());
    }
}
