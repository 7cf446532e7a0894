// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.ConfigOutline;
import io.countersign.config.DurationText;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.config.TlsFiles;
import io.countersign.crypto.InvalidKey;
import io.countersign.doctor.Diagnosis;
import io.countersign.doctor.Doctor;
import io.countersign.doctor.UnreadableServerFile;
import io.countersign.identity.Secret;
import io.countersign.protocol.InvalidJwt;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign doctor}: why do logins fail? */
@Command(
        name = "doctor",
        description = {
            "Find out why logins fail: look at the servers, the instances and their keys, make a real login,"
                    + " and walk to where it stopped. Changes nothing without --fix.",
            "Without a client's credential it tries an invented user, whom the service should refuse; with one it"
                    + " also sees whether servers accept an allowed login. In operator mode with servers older"
                    + " than 2.11.2 give the sentinel too.",
            "Ends with 0 if nothing is wrong (warnings do not count), 1 if something is, 2 if the configuration"
                    + " cannot be used, 3 if no server can be reached."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--user", paramLabel = "NAME", description = "Log in as this user.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Its password, on the first line (default: asked for).")
    private @Nullable Path passwordFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Log in with the token on the first line.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--creds",
            paramLabel = "FILE",
            description =
                    "Operator mode: the .creds file (or the JWT of a bearer) that the client brings.")
    private @Nullable Path creds;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "8s",
            description = "How long each step may take (default: ${DEFAULT-VALUE}).")
    private String timeout = "8s";

    @Option(
            names = "--server-config",
            paramLabel = "FILE",
            description = {
                "Configuration file of a server, as far as they are at hand; may be repeated.",
                "In static mode they show what servers do not tell."
            })
    private List<Path> serverFiles = new ArrayList<>();

    @Option(names = "--offline", description = "Look at files only, and at no server.")
    private boolean offline;

    @Option(
            names = "--fix",
            description =
                    "Mend what is safe to mend, after showing it and asking: modes of files, nothing else.")
    private boolean fix;

    @Option(names = "--yes", description = "With --fix: do not ask.")
    private boolean yes;

    @Option(names = "--ascii", description = "Write no characters beyond ASCII.")
    private boolean ascii;

    @Option(names = "--json", description = "Write the diagnosis as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Duration within = within();
        if (fix && json) {
            throw new CommandFailed(ExitCode.USAGE, "--fix and --json (expected: one)");
        }
        Surroundings surroundings = Surroundings.ofProcess();
        CheckReport files = new CheckedFiles(config.file(), surroundings).check();
        if (!files.isGood()) {
            Optional<ConfigOutline> outline = ConfigOutline.read(config.file());
            tell(
                    Doctor.ofFiles(
                            files.problems(),
                            it -> outline.flatMap(known -> known.fileAt(it.path()))));
            return ExitCode.USAGE;
        }
        Diagnosis diagnosis = examine(surroundings, files, within);
        tell(diagnosis);
        if (!diagnosis.reached()) {
            return ExitCode.COULD_NOT;
        }
        return diagnosis.isHealthy() ? ExitCode.DONE : ExitCode.NO;
    }

    private void tell(Diagnosis diagnosis) throws IOException {
        write(diagnosis);
        if (fix) {
            PrintWriter out = spec.commandLine().getOut();
            new DoctorFix(diagnosis, out).run(() -> yes || isConfirmed());
            out.flush();
        }
    }

    private static boolean isConfirmed() {
        Console terminal =
                terminal()
                        .orElseThrow(() ->
                                new CommandFailed(
                                        ExitCode.USAGE,
                                        "--fix: no terminal to ask at (expected: --yes)"));
        @Nullable String answer = terminal.readLine("Do this? [y/N] ");
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    private void write(Diagnosis diagnosis) {
        PrintWriter out = spec.commandLine().getOut();
        DiagnosisReport report = new DiagnosisReport(diagnosis, ascii);
        if (json) {
            out.println(PrettyJson.write(report.json()));
        } else {
            report.print(out);
        }
        out.flush();
    }

    private Diagnosis examine(Surroundings surroundings, CheckReport files, Duration within)
            throws IOException {
        ServiceConfig settings = ServiceConfig.load(config.file(), surroundings);
        Secrets secrets = new Secrets(surroundings.environment());
        Optional<SSLContext> tls =
                settings.nats().tls().isPresent()
                        ? Optional.of(TlsFiles.context(settings.nats().tls().get(), secrets))
                        : Optional.empty();
        try {
            return new Doctor(secrets, Clock.systemUTC(), new SecureRandom())
                    .examine(
                            new Doctor.Order(
                                    settings,
                                    config.file(),
                                    files.warnings(),
                                    serverFiles,
                                    client(),
                                    tls,
                                    within,
                                    !offline));
        } catch (InvalidKey | InvalidJwt | UnreadableServerFile e) {
            throw new CommandFailed(ExitCode.USAGE, PlainText.of(String.valueOf(e.getMessage())));
        }
    }

    private Duration within() {
        try {
            return DurationText.parse(timeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--timeout: " + PlainText.of(String.valueOf(e.getMessage())));
        }
    }

    private Doctor.Client client() throws IOException {
        if (user != null && tokenFile != null) {
            throw new CommandFailed(ExitCode.USAGE, "--user and --token-file (expected: one)");
        }
        if (user == null && passwordFile != null) {
            throw new CommandFailed(ExitCode.USAGE, "--password-file without --user");
        }
        return new Doctor.Client(
                Optional.ofNullable(user),
                user == null ? Optional.empty() : Optional.of(password()),
                tokenFile == null ? Optional.empty() : Optional.of(firstLine(tokenFile)),
                creds == null ? Optional.empty() : Optional.of(Files.readAllBytes(creds)));
    }

    private Secret password() throws IOException {
        if (passwordFile != null) {
            return firstLine(passwordFile);
        }
        char[] typed = terminal().map(it -> it.readPassword("Password of %s: ", user)).orElse(null);
        if (typed == null) {
            throw new CommandFailed(
                    ExitCode.USAGE, "password: no terminal to ask at (expected: --password-file)");
        }
        Secret secret = Secret.of(new String(typed));
        Arrays.fill(typed, '\0');
        return secret;
    }

    /** JDK 25 has no console where there is no terminal (tried); the check knows JDK 22 to 24. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<Console> terminal() {
        @Nullable Console console = System.console();
        return Optional.ofNullable(console).filter(Console::isTerminal);
    }

    private static Secret firstLine(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return Secret.of(text.lines().findFirst().orElse(""));
    }
}
