// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.identity.users.PasswordHash;
import io.countersign.setup.ImportedFiles;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.SetupResult;
import io.countersign.setup.StaticSetup;
import io.countersign.setup.conf.ConfInvalid;
import io.countersign.setup.conf.ServerLogins;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code countersign setup import}: a static set-up with the accounts, users and permissions of
 * servers that had no callout.
 */
@Command(
        name = "import",
        description = {
            "As static, with the accounts, users, nkeys and permissions of an existing server.",
            "IMPORT.txt in the folder tells what did not come along."
        })
final class SetupImportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The server's configuration file; is only read.")
    private Path file = Path.of("");

    @Option(
            names = "--global-account",
            paramLabel = "NAME",
            defaultValue = "APP",
            description =
                    "Where users go that the file places in no account (default: ${DEFAULT-VALUE}).")
    private String globalAccount = "APP";

    @Mixin private SetupChoices choices = new SetupChoices();

    @Override
    public Integer call() {
        if (spec.commandLine().getParseResult().hasMatchedOption("--user")) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--user: an import has no example user (expected: without)");
        }
        SecureRandom random = new SecureRandom();
        try {
            ServerLogins logins = ServerLogins.read(file, System::getenv, globalAccount);
            ImportedFiles imported =
                    new ImportedFiles(
                            String.valueOf(file.getFileName()),
                            logins,
                            password -> hash(password, random));
            SetupResult made =
                    new StaticSetup(SetupChoices.hasher(random), random)
                            .run(choices.imported(), imported);
            PrintWriter out = spec.commandLine().getOut();
            Files.readAllLines(made.folder().resolve("IMPORT.txt")).forEach(out::println);
            out.println();
            SetupChoices.tell(out, made);
            return ExitCode.DONE;
        } catch (ConfInvalid e) {
            throw new CommandFailed(ExitCode.USAGE, e.getMessage() + "\nNothing was written.");
        } catch (SetupFailed e) {
            throw SetupChoices.failed(e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.COULD_NOT, "IMPORT.txt: " + e.getMessage());
        }
    }

    private static String hash(String password, SecureRandom random) {
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        try {
            return PasswordHash.make(secret, random).encoded();
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
