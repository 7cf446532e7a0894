// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code countersign} command. Exit codes are in {@link ExitCode}. */
@Command(
        name = "countersign",
        description = "The auth callout service for NATS.",
        mixinStandardHelpOptions = true,
        versionProvider = Build.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            SetupCommand.class,
            AuditCommand.class,
            RevokeCommand.class,
            UnrevokeCommand.class,
            RevocationsCommand.class,
            LockoutsCommand.class,
            UnlockCommand.class,
            SessionsCommand.class,
            KickCommand.class,
            InstancesCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            PolicyCommand.class,
            DoctorCommand.class,
            HashPasswordCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(new Failures())
                .setExitCodeExceptionMapper(
                        e -> e instanceof ParameterException ? ExitCode.USAGE : ExitCode.COULD_NOT)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }
}
