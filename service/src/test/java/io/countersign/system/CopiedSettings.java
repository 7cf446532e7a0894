// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings what changes in the first file to the others, as whoever runs instances on several
 * machines does by a tool of his: each keeps the address that it listens on.
 */
final class CopiedSettings implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN = Duration.ofMillis(200);
    private static final Pattern LISTEN = Pattern.compile("listen: \"[^\"]+\", members");

    private final List<Path> files;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    CopiedSettings(List<Path> files) {
        this.files = List.copyOf(files);
        var _ =
                clockwork.scheduleWithFixedDelay(
                        this::copy, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The one that is changed. */
    Path first() {
        return files.getFirst();
    }

    private void copy() {
        String changed = text(first());
        for (Path file : files.subList(1, files.size())) {
            String old = text(file);
            String now =
                    LISTEN.matcher(changed).replaceFirst(Matcher.quoteReplacement(listen(old)));
            if (!now.equals(old)) {
                replace(file, now);
            }
        }
    }

    private static String listen(String text) {
        Matcher found = LISTEN.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no cluster-network in it");
        }
        return found.group();
    }

    /** At once: instances look at it at any moment. */
    private static void replace(Path file, String text) {
        Path fresh = file.resolveSibling(file.getFileName() + ".copy");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until all files say this. */
    void await(String line) {
        Wait.until(
                line + " in all files",
                PATIENCE,
                () -> files.stream().allMatch(file -> text(file).contains(line)));
    }

    @Override
    public void close() {
        clockwork.close();
    }
}
