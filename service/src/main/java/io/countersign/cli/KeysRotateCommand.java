// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.Surroundings;
import io.countersign.rotation.Choices;
import io.countersign.rotation.KeyKind;
import io.countersign.rotation.Rotation;
import io.countersign.rotation.RotationStopped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign keys rotate}: one key after the other, without a failed login. */
@Command(
        name = "rotate",
        description = {
            "Change a key of the running system in four steps: prepare, publish, roll, retire.",
            "What this command can do it does, after asking; what others have to do it prints, and",
            "waits until it is done. It may be ended at any time: the same command goes on, from",
            "rotation-KIND.txt beside the configuration. No key goes that somebody still uses.",
            "Exit code 0: the new key has taken the place of the old; 1: refused, because the old",
            "one is still used; 3: something has to be done first, or somebody did not answer."
        })
final class KeysRotateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOption admin = new AdminOption();

    @Parameters(
            paramLabel = "KIND",
            description = "Which key: ${COMPLETION-CANDIDATES}.",
            arity = "1")
    private KeyKind kind = KeyKind.XKEY;

    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "With signing: the application account whose key it is.")
    private String account = "";

    @Option(names = "--yes", description = "Do every step without asking.")
    private boolean yes;

    @Option(names = "--dry-run", description = "Show all steps and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long to wait at each step for instances, servers and people, 0 to 86400"
                            + " (default: ${DEFAULT-VALUE}).")
    private int wait = 60;

    @Option(
            names = "--instances",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description =
                    "How many instances there are, if neither cluster-network nor they themselves"
                            + " tell.")
    private int instances;

    @Option(
            names = "--seed",
            paramLabel = "FILE",
            description =
                    "Where the new seed goes, or already is (default: beside the old one, with"
                            + " today's date).")
    private @Nullable Path seed;

    @Option(
            names = "--server-config",
            paramLabel = "FILE",
            description = {
                "File of a NATS server on this machine, in which the public key (static mode) or the",
                "default_sentinel (operator mode, issuer) is replaced. Restarting the server is still",
                "yours. May be given several times."
            })
    private List<Path> servers = new ArrayList<>();

    @Option(
            names = "--checked",
            paramLabel = "NAME",
            description = {
                "A server through which nobody logs in, so that nothing tells its key or sentinel;",
                "you have looked at its file. May be given several times."
            })
    private Set<String> checked = Set.of();

    @Option(
            names = "--operator-key",
            paramLabel = "FILE",
            description =
                    "Operator mode: seed of the operator's signing key; account JWTs are then"
                            + " signed and pushed by this command.")
    private @Nullable Path operatorKey;

    @Option(
            names = "--accounts",
            paramLabel = "FOLDER",
            description =
                    "Operator mode: where account JWTs and operator.jwt are (default: as setup"
                            + " leaves them, beside the configuration).")
    private @Nullable Path accounts;

    @Option(
            names = "--sentinel",
            paramLabel = "FILE",
            description =
                    "Operator mode, issuer: credentials of the sentinel (default:"
                            + " creds/sentinel.creds beside the configuration).")
    private @Nullable Path sentinel;

    @Option(
            names = "--quiet",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "With admin, and with issuer in operator mode: for so long nobody may have come"
                            + " with the old key or sentinel (default: ${DEFAULT-VALUE}).")
    private int quiet = 60;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (wait < 0 || wait > 86_400 || instances < 0 || quiet < 0 || admin.isJson()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "--wait, --instances, --quiet, --json: (expected: 0 to 86400, not negative, not here)");
        }
        Choices choices =
                new Choices(
                        Optional.ofNullable(seed),
                        servers,
                        checked,
                        Optional.ofNullable(accounts),
                        Optional.ofNullable(sentinel),
                        Duration.ofSeconds(quiet),
                        Optional.ofNullable(operatorKey),
                        admin.keyFile(),
                        Duration.ofSeconds(wait),
                        dryRun);
        try {
            Rotation.of(
                            kind,
                            account,
                            admin.file(),
                            Surroundings.ofProcess(),
                            new CommandReach(admin, instances),
                            new Prompt(spec.commandLine().getOut(), System.in, yes),
                            choices)
                    .run();
            return ExitCode.DONE;
        } catch (RotationStopped e) {
            throw new CommandFailed(exitCode(e.why()), String.valueOf(e.getMessage()));
        }
    }

    private static int exitCode(RotationStopped.Why why) {
        return switch (why) {
            case REFUSED -> ExitCode.NO;
            case WAITING -> ExitCode.COULD_NOT;
            case USAGE -> ExitCode.USAGE;
        };
    }
}
