// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that logs in with a client library of another language: takes its login from the
 * environment, never from its command line, and says what became of it.
 *
 * @param folder where it runs
 */
record ClientProgram(Path folder, List<String> command) {
    private static final long LIMIT_SECONDS = 120;

    /** What a program printed, and how it ended. */
    record Run(int exitCode, String output) {}

    ClientProgram {
        command = List.copyOf(command);
    }

    /** The JavaScript client, installed into this folder as its lock file says. */
    static ClientProgram javaScript(Path folder) throws IOException, InterruptedException {
        requireTool("node", "--version");
        requireTool("npm", "--version");
        for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
            copy("javascript/" + file, folder.resolve(file));
        }
        Run install =
                new ClientProgram(
                                folder,
                                List.of(
                                        "npm",
                                        "ci",
                                        "--ignore-scripts",
                                        "--no-audit",
                                        "--no-fund",
                                        "--no-update-notifier"))
                        .run(Map.of());
        if (install.exitCode() != 0) {
            throw new IllegalStateException(
                    "JavaScript client: npm cannot install it (expected: a registry that npm"
                            + " reaches)\n"
                            + install.output());
        }
        return new ClientProgram(folder, List.of("node", "client.mjs"));
    }

    /** The C client, compiled against the library of this machine; empty if it is not there. */
    static Optional<ClientProgram> c(Path folder) throws IOException, InterruptedException {
        if (!isThere("gcc", "--version")) {
            return Optional.empty();
        }
        copy("client.c", folder.resolve("client.c"));
        Files.writeString(folder.resolve("probe.c"), "#include <nats/nats.h>\n");
        if (compile(folder, "-fsyntax-only", "probe.c").exitCode() != 0) {
            return Optional.empty();
        }
        Run compiled =
                compile(
                        folder,
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "client.c",
                        "-o",
                        "client",
                        "-lnats");
        if (compiled.exitCode() != 0) {
            throw new IllegalStateException("C client: does not compile\n" + compiled.output());
        }
        return Optional.of(new ClientProgram(folder, List.of(folder.resolve("client").toString())));
    }

    /** Runs it to its end, with these variables. */
    Run run(Map<String, String> environment) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    command + ": still running after " + LIMIT_SECONDS + " s\n" + text(output));
        }
        return new Run(process.exitValue(), text(output));
    }

    private static Run compile(Path folder, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(List.of(arguments));
        return new ClientProgram(folder, command).run(Map.of());
    }

    private static void requireTool(String tool, String question)
            throws IOException, InterruptedException {
        if (!isThere(tool, question)) {
            throw new IllegalStateException(
                    tool
                            + ": not in PATH (expected: Node.js >= 20 with npm, for the JavaScript client)");
        }
    }

    private static boolean isThere(String tool, String question)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("countersign-tool-");
        Path output = folder.resolve("output.txt");
        try {
            Process process =
                    new ProcessBuilder(tool, question)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false; // no such program
        } finally {
            Files.deleteIfExists(output);
            Files.delete(folder);
        }
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = ClientProgram.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": not on the class path");
            }
            Files.copy(in, to);
        }
    }

    private static String text(Path output) throws IOException {
        return Files.readString(output).strip();
    }
}
