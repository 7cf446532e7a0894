// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.File;
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
    private final Surroundings surroundings;
    private ServerProcess process;

    /**
     * What differs from the usual.
     *
     * @param before what goes before the command, to run it elsewhere
     * @param classes that stand before those of this build
     */
    public record Surroundings(List<String> before, List<Path> classes) {
        static final Surroundings USUAL = new Surroundings(List.of(), List.of());
    }

    private InstanceProcess(
            String name, Path configuration, Workspace workspace, Surroundings surroundings) {
        this.name = name;
        this.configuration = configuration;
        this.workspace = workspace;
        this.surroundings = surroundings;
        this.process = launch();
    }

    /** Starts it; {@link #awaitReady} waits until it answers. */
    public static InstanceProcess start(String name, Path configuration, Workspace workspace) {
        return start(name, configuration, workspace, Surroundings.USUAL);
    }

    /** As the other, in other surroundings. */
    public static InstanceProcess start(
            String name, Path configuration, Workspace workspace, Surroundings surroundings) {
        return new InstanceProcess(name, configuration, workspace, surroundings);
    }

    /**
     * The command line of our own tool: the {@link Packaged} one if Maven has made it, else from
     * this JVM's class path.
     */
    public static List<String> command(String... arguments) {
        return command(List.of(), arguments);
    }

    private static List<String> command(List<Path> classes, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        // The one that operators get; the tests' own stands first on their class
                        // path.
                        "-Dlogback.configurationFile=logback.xml",
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2"));
        Optional<List<String>> packaged = classes.isEmpty() ? Packaged.options() : Optional.empty();
        command.addAll(packaged.orElseGet(() -> fromClassPath(classes)));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> fromClassPath(List<Path> first) {
        return List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(first),
                "io.countersign.cli.Main");
    }

    private static String classPath(List<Path> first) {
        StringBuilder all = new StringBuilder();
        first.forEach(path -> all.append(path).append(File.pathSeparator));
        return all.append(System.getProperty("java.class.path")).toString();
    }

    private ServerProcess launch() {
        List<String> command = new ArrayList<>(surroundings.before());
        command.addAll(
                command(surroundings.classes(), "serve", "--config", configuration.toString()));
        return ServerProcess.launch(
                command,
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

    /** The key with which it co-signs the logs of others; it says so at its start. */
    public String witness() {
        return logged("co-signing the logs of other instances as (\\S+)")
                .orElseThrow(() -> new IllegalStateException(name + " is no witness:\n" + log()))
                .group(1);
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
        process.freeze();
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
