// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * One {@code countersign serve} in a process of its own. Dies with its workspace. Not thread-safe.
 */
public final class InstanceProcess {
    /** Three JVMs that start at once on a busy machine have needed more than a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String READY = "instance [^ ]+ is ready";

    private final String name;
    private final Path configuration;
    private final Workspace workspace;
    private ServerProcess process;

    private InstanceProcess(String name, Path configuration, Workspace workspace) {
        this.name = name;
        this.configuration = configuration;
        this.workspace = workspace;
        this.process = launch();
    }

    /** Starts it; {@link #awaitReady} waits until it answers. */
    public static InstanceProcess start(String name, Path configuration, Workspace workspace) {
        return new InstanceProcess(name, configuration, workspace);
    }

    /** The command line of our own tool, from this JVM's class path. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        // The one that operators get; the tests' own stands first on their class
                        // path.
                        "-Dlogback.configurationFile=logback.xml",
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.countersign.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    private ServerProcess launch() {
        return ServerProcess.launch(
                command("serve", "--config", configuration.toString()),
                // The default of `instance` is the host's name.
                Map.of("HOSTNAME", name, "COUNTERSIGN_LOG_LEVEL", "INFO"),
                workspace,
                workspace.dir().resolve(name + ".log"));
    }

    public String name() {
        return name;
    }

    /** Waits until every callout connection is subscribed, and the servers have confirmed it. */
    public void awaitReady() {
        Wait.until(
                "start of instance " + name + ", log in " + workspace.dir(),
                PATIENCE,
                () -> !process.isAlive() || process.logged(READY).isPresent());
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " did not start:\n" + log());
        }
    }

    /** All that it printed since its last start. */
    public String log() {
        return process.logSinceLaunch();
    }

    public Optional<MatchResult> logged(String expression) {
        return process.logged(expression);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM: it drains. */
    public void stop() {
        process.stop(Duration.ofSeconds(20));
    }

    /** It reads its files anew. */
    public void sighup() {
        process.signal("HUP");
    }

    /** Freezes it. */
    public void sigstop() {
        process.signal("STOP");
    }

    /** Wakes it. */
    public void sigcont() {
        process.signal("CONT");
    }

    /** Starts it again after {@link #kill} or {@link #stop}. */
    public void restart() {
        process = launch();
    }
}
