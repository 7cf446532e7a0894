// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A child process with a log file. It dies with its workspace, and so with this JVM at the latest.
 */
final class ServerProcess {
    private static final Duration FROZEN = Duration.ofSeconds(20);

    private final Process process;
    private final Path logFile;
    private final long logStart;

    private ServerProcess(Process process, Path logFile, long logStart) {
        this.process = process;
        this.logFile = logFile;
        this.logStart = logStart;
    }

    /**
     * Starts the command; what it prints goes into the log file too, since that is where a start
     * fails.
     */
    static ServerProcess launch(List<String> command, Workspace workspace, Path logFile) {
        return launch(command, Map.of(), workspace, logFile);
    }

    /** As the other, with more environment variables. */
    static ServerProcess launch(
            List<String> command,
            Map<String, String> environment,
            Workspace workspace,
            Path logFile) {
        try {
            long logStart = Files.exists(logFile) ? Files.size(logFile) : 0;
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(workspace.dir().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            ServerProcess launched = new ServerProcess(process, logFile, logStart);
            workspace.beforeRemoval(launched::kill);
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Bytes logged since it was launched. */
    long logSize() {
        try {
            return Files.size(logFile) - logStart;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String logSinceLaunch() {
        return read(logFile, logStart);
    }

    Optional<MatchResult> logged(String expression) {
        return logged(expression, 0);
    }

    /** The first match after so many bytes of its log. */
    Optional<MatchResult> logged(String expression, long from) {
        return Pattern.compile(expression)
                .matcher(read(logFile, logStart + from))
                .results()
                .findFirst();
    }

    static String read(Path file, long from) {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(from);
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops all of its threads; a signal alone may take effect a little later. */
    void freeze() {
        signal("STOP");
        Wait.until("all threads have stopped", FROZEN, this::isFrozen);
    }

    private boolean isFrozen() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid() + "/task"))) {
            return threads.map(thread -> thread.resolve("stat")).allMatch(ServerProcess::isStopped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The state stands behind the name, which is in parentheses; a thread that ended is none. */
    private static boolean isStopped(Path stat) {
        try {
            String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2) == 'T';
        } catch (IOException gone) {
            return true;
        }
    }

    /** Sends a signal by its short name. The JDK can only send TERM and KILL itself. */
    void signal(String name) {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "SIG" + name + ": process " + pid() + " is gone (expected: alive)");
        }
        try {
            int code =
                    new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        "SIG" + name + " to " + pid() + ": exit " + code + " (expected: 0)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(20));
    }

    /** SIGTERM, then SIGKILL for one that does not listen (a frozen one, for example). */
    void stop(Duration limit) {
        process.destroy();
        if (!awaitEnd(limit)) {
            kill();
        }
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
