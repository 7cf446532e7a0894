// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code audit-ui} command in a process of its own: the packaged one, {@code java -jar}, if the
 * system property {@code countersign.view.jar} names it, else what is on the class path (as in an
 * IDE). Not thread-safe.
 */
public final class ViewProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path configuration;
    private final Path log;
    private Process process;

    private ViewProcess(Path configuration, Path log) {
        this.configuration = configuration;
        this.log = log;
        this.process = launch();
    }

    /** Starts it with a configuration file, and waits until it listens. */
    public static ViewProcess start(Path configuration, Path log) {
        ViewProcess view = new ViewProcess(configuration, log);
        view.said("audit view: (\\S+)");
        return view;
    }

    private Process launch() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m"));
        String jar = System.getProperty("countersign.view.jar", "");
        command.addAll(
                jar.isEmpty()
                        ? List.of(
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.countersign.view.Main")
                        : List.of("-jar", jar));
        command.addAll(List.of("--config", configuration.toString()));
        try {
            Files.deleteIfExists(log);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, with a slash at the end. */
    public String url() {
        return said("audit view: (\\S+)");
    }

    /** What the first start prints once. */
    public String password() {
        return said("log in as admin with (\\S+)");
    }

    private String said(String expression) {
        return Wait.forValue(
                expression + " in " + log,
                PATIENCE,
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("the view ended:\n" + text());
                    }
                    Matcher matcher = Pattern.compile(expression).matcher(text());
                    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
                });
    }

    private String text() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again after {@link #kill}, with the same configuration. */
    public void restart() {
        process = launch();
        url();
    }

    @Override
    public void close() {
        kill();
    }
}
