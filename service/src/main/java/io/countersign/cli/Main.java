// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.util.List;
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
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS =
            List.of(
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
                    KeysCommand.class,
                    CheckCommand.class,
                    ExplainCommand.class,
                    PolicyCommand.class,
                    DoctorCommand.class,
                    HashPasswordCommand.class,
                    VersionCommand.class,
                    CommandLine.HelpCommand.class);

    @Spec private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return commandLine(args).execute(args);
    }

    /** For these arguments. */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        named(args).forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(new Failures())
                .setExitCodeExceptionMapper(
                        e -> e instanceof ParameterException ? ExitCode.USAGE : ExitCode.COULD_NOT)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /**
     * The one that is asked for, if it can be told at once: reading the annotations of all of them
     * takes a quarter of the time until an instance is ready.
     */
    private static List<Class<?>> named(String... args) {
        return COMMANDS.stream()
                .filter(command -> args.length > 0 && command != CommandLine.HelpCommand.class)
                .filter(command -> command.getAnnotation(Command.class).name().equals(args[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }
}
