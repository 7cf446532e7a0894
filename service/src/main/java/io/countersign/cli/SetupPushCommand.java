// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.countersign.setup.AccountFile;
import io.countersign.setup.AccountFiles;
import io.countersign.setup.AccountPush;
import io.countersign.setup.PushRefused;
import io.countersign.setup.PushReport;
import io.countersign.setup.SetupFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign setup push}: account JWTs to the resolvers of running servers. */
@Command(
        name = "push",
        description = {
            "Bring account JWTs to the resolvers of all running servers, over the system account.",
            "Refuses what is older than what servers have, and accounts of another operator: the",
            "servers themselves would take both.",
            "Exit code 0: every server has them; 1: refused, by a server or before anything was"
                    + " pushed;",
            "3: a server is not reachable or did not answer."
        })
final class SetupPushCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AccountChangeOptions changes = new AccountChangeOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|FOLDER",
            description = {
                "Account JWTs, folders with such files, or the folder that setup made (then its",
                "accounts/)."
            })
    private List<Path> places = new ArrayList<>();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = {
                "Configuration whose nats.system logs in (default: countersign.yaml, of the",
                "folder that setup made or of this one)."
            })
    private @Nullable Path config;

    @Option(
            names = "--creds",
            paramLabel = "FILE",
            description = "Credentials of a user of the system account, instead of -c.")
    private @Nullable Path creds;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "With --creds: a server; give all of them, each is tried.")
    private List<String> servers = new ArrayList<>();

    @Option(
            names = "--operator-jwt",
            paramLabel = "FILE",
            description = {
                "Whose accounts they must be (default: operator.jwt of the folder; the servers'",
                "own operator counts in any case)."
            })
    private @Nullable Path operatorJwt;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long to wait for all servers' answers to one question (default: 5).")
    private int seconds = 5;

    @Option(names = "--force", description = "Push also what is older than what servers have.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (seconds < 1) {
            throw wrong("--within: " + seconds + " (expected: > 0)");
        }
        Ed25519 ed25519 = Ed25519.best();
        List<AccountFile> accounts = accounts(ed25519);
        try (SystemAccount system = SystemAccount.connect(target())) {
            PushReport report =
                    new AccountPush(ed25519, system)
                            .run(
                                    accounts,
                                    new AccountPush.Options(force, Duration.ofSeconds(seconds)));
            tell(report);
            return exitCode(report);
        } catch (PushRefused e) {
            throw new CommandFailed(
                    ExitCode.NO, String.join("\n", e.reasons()) + "\nNothing was pushed.");
        }
    }

    private List<AccountFile> accounts(Ed25519 ed25519) {
        Clock clock = Clock.systemUTC();
        try {
            AccountFiles.Found found =
                    AccountFiles.read(
                            places, Optional.ofNullable(operatorJwt), ed25519, clock.instant());
            return changes.apply(found, ed25519, clock);
        } catch (SetupFailed e) {
            throw wrong(String.join("\n", e.problems()) + "\nNothing was pushed.");
        }
    }

    private NatsTarget target() throws IOException {
        Path file = creds;
        if (file != null && !servers.isEmpty() && config == null) {
            if (!Files.isReadable(file)) {
                throw wrong("--creds: " + file + ": cannot be read (expected: a .creds file)");
            }
            return new NatsTarget(servers, new NatsLogin.Credentials(file), Optional.empty());
        }
        if (file != null || !servers.isEmpty()) {
            throw wrong("--creds, --server: only one of them, or with -c (expected: both alone)");
        }
        Path settings = settings();
        Surroundings surroundings = Surroundings.ofProcess();
        ServiceConfig loaded = ServiceConfig.load(settings, surroundings);
        try {
            return NatsSettings.of(loaded, new Secrets(surroundings.environment()))
                    .system()
                    .orElseThrow(() ->
                            wrong(
                                    settings
                                            + ": no nats.system (expected: a login to the"
                                            + " system account)"));
        } catch (InvalidKey e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Path settings() {
        Path given = config;
        return given != null
                ? given
                : places.stream()
                        .map(place -> place.resolve("countersign.yaml"))
                        .filter(Files::isRegularFile)
                        .findFirst()
                        .orElse(Path.of("countersign.yaml"));
    }

    private void tell(PushReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(json(report)));
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
    }

    private static ObjectNode json(PushReport report) {
        ObjectNode root = PrettyJson.object();
        root.set("accounts", PrettyJson.array(report.accounts(), SetupPushCommand::json));
        root.set("missing", PrettyJson.texts(report.missing()));
        return root;
    }

    private static ObjectNode json(PushReport.Account account) {
        ObjectNode node =
                PrettyJson.object()
                        .put("account", account.name())
                        .put("id", account.id().text())
                        .put("file", account.file().toString());
        node.set("servers", PrettyJson.array(account.servers(), SetupPushCommand::json));
        return node;
    }

    private static ObjectNode json(PushReport.Result result) {
        ObjectNode node = PrettyJson.object().put("server", result.server());
        return switch (result) {
            case PushReport.Result.Stored _ -> node.put("result", "stored");
            case PushReport.Result.Refused(_, var why) ->
                    node.put("result", "refused").put("why", why);
            case PushReport.Result.Silent(_, var why) ->
                    node.put("result", "silent").put("why", why);
        };
    }

    /** A no weighs more than silence, and silence more than success. */
    private static int exitCode(PushReport report) {
        if (report.isRefused()) {
            return ExitCode.NO;
        }
        return report.isIncomplete() ? ExitCode.COULD_NOT : ExitCode.DONE;
    }

    private static CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message);
    }
}
