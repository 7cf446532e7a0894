// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The nats-server versions that everything is tried with: the oldest line we promise to work with
 * and the newest that can be had. An environment variable names the file ({@code ops/test} sets
 * both); without it {@code ops/nats-server} finds or fetches it. Thread-safe.
 */
public enum NatsBinary {
    /** The newest release that can be had. */
    NEWEST("newest", "COUNTERSIGN_NATS_NEWEST"),
    /** The oldest line with auth callouts. */
    V2_10("2.10", "COUNTERSIGN_NATS_210");

    /** A fetch reads a package list of ten megabytes; several JVMs may wait for one another. */
    private static final long FETCH_LIMIT_SECONDS = 600;

    /** The script takes a third of a second, and the answer does not change. */
    private static final Map<NatsBinary, Path> FOUND = new ConcurrentHashMap<>();

    private final String wanted;
    private final String variable;

    NatsBinary(String wanted, String variable) {
        this.wanted = wanted;
        this.variable = variable;
    }

    /**
     * The executable; looked for once in the life of the JVM.
     *
     * @throws IllegalStateException if there is none; says why
     */
    public Path path() {
        return FOUND.computeIfAbsent(this, NatsBinary::find);
    }

    private Path find() {
        String given = System.getenv(variable);
        Path found = given == null || given.isBlank() ? fromScript() : Path.of(given);
        if (!Files.isExecutable(found)) {
            throw new IllegalStateException(
                    variable + ": " + found + " (expected: an executable nats-server)");
        }
        return found;
    }

    private Path fromScript() {
        Path script = script();
        try {
            Path complaints = Files.createTempFile("countersign-nats-server-", ".txt");
            try {
                Process process =
                        new ProcessBuilder(script.toString(), wanted)
                                .redirectError(complaints.toFile())
                                .start();
                String answer =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(FETCH_LIMIT_SECONDS, TimeUnit.SECONDS)
                        || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            script + " " + wanted + ": failed\n" + Files.readString(complaints));
                }
                return Path.of(answer.strip());
            } finally {
                Files.deleteIfExists(complaints);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(script + " " + wanted + ": interrupted", e);
        }
    }

    /** Maven runs tests in a module's directory, an editor anywhere below the checkout. */
    private static Path script() {
        Path start = Path.of("").toAbsolutePath();
        Optional<Path> script = Optional.empty();
        for (Path at = start; at != null && script.isEmpty(); at = at.getParent()) {
            script = Optional.of(at.resolve("ops/nats-server")).filter(Files::isExecutable);
        }
        return script.orElseThrow(
                () -> new IllegalStateException(start + ": no ops/nats-server in it or above it"));
    }
}
