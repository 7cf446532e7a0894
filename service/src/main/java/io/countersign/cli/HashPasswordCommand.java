// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.identity.users.PasswordHash;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code countersign hash-password}: a password in, a hash for {@code users.yaml} out. The password
 * comes from the terminal (not shown) or from standard input, never from the command line, where
 * every process of the machine can read it.
 */
@Command(
        name = "hash-password",
        description = {
            "Make a password hash (Argon2id) for users.yaml.",
            "Asks for the password, or takes one line from standard input."
        })
final class HashPasswordCommand implements Callable<Integer> {
    /** The same limit as at login: a longer one could never be used. */
    private static final int LONGEST = 8192;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--stdin", description = "Take one line from standard input.")
    private boolean fromStdin;

    @Override
    public Integer call() throws IOException {
        Optional<Console> terminal = fromStdin ? Optional.empty() : terminal();
        byte[] password = terminal.isPresent() ? typed(terminal.get()) : line(System.in);
        try {
            if (password.length == 0) {
                throw new CommandFailed(ExitCode.USAGE, "password: empty (expected: >= 1 byte)");
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(PasswordHash.make(password, new SecureRandom()).encoded());
            out.flush();
            return ExitCode.DONE;
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    /** JDK 25 has no console where there is no terminal (tried); the check knows JDK 22 to 24. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<Console> terminal() {
        @Nullable Console console = System.console();
        return Optional.ofNullable(console).filter(Console::isTerminal);
    }

    private static byte[] typed(Console console) {
        char[] first = console.readPassword("Password: ");
        char[] again = console.readPassword("Again: ");
        try {
            if (first == null || again == null || !Arrays.equals(first, again)) {
                throw new CommandFailed(ExitCode.USAGE, "the two passwords differ");
            }
            ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(first));
            byte[] password = new byte[utf8.remaining()];
            utf8.get(password);
            return password;
        } finally {
            wipe(first);
            wipe(again);
        }
    }

    private static void wipe(char @Nullable [] secret) {
        if (secret != null) {
            Arrays.fill(secret, '\0');
        }
    }

    private static byte[] line(InputStream in) throws IOException {
        byte[] buffer = new byte[LONGEST + 2];
        int length = in.readNBytes(buffer, 0, buffer.length);
        int end = 0;
        while (end < length && buffer[end] != '\n' && buffer[end] != '\r') {
            end++;
        }
        if (end > LONGEST) {
            throw new CommandFailed(
                    ExitCode.USAGE, "password: over " + LONGEST + " bytes (servers refuse it)");
        }
        byte[] password = Arrays.copyOf(buffer, end);
        Arrays.fill(buffer, (byte) 0);
        return password;
    }
}
