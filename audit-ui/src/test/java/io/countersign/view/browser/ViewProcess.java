// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code audit-ui} command in a process of its own. */
final class ViewProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path configuration;
    private final Path log;
    private Process process;

    private ViewProcess(Path configuration, Path log) {
        this.configuration = configuration;
        this.log = log;
        this.process = launch();
    }

    static ViewProcess start(Path configuration, Path log) {
        ViewProcess view = new ViewProcess(configuration, log);
        view.said("audit view: (\\S+)");
        return view;
    }

    private Process launch() {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.countersign.view.Main",
                        "--config",
                        configuration.toString());
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

    String url() {
        return said("audit view: (\\S+)");
    }

    /** What the first start prints once. */
    String password() {
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
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void restart() {
        process = launch();
        url();
    }

    @Override
    public void close() {
        kill();
    }
}
