// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads when one of the files changed and all have been still for one look: editors and {@code
 * cp} write in pieces. Looks instead of waiting for events of the file system, which networks and
 * container volumes do not pass on.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);
    private static final String BY = "file change";

    /** How often a watched instance looks. */
    public static final Duration INTERVAL = Duration.ofMillis(700);

    private static final int LOOKS_BETWEEN_RETRIES = 10;

    private final Generations generations;
    private final ScheduledExecutorService clockwork;
    private final FileLook look = new FileLook();
    private Map<Path, String> last = Map.of();
    private int looks;

    /** For a test that looks by itself. */
    FileWatch(Generations generations) {
        this.generations = generations;
        this.clockwork =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("file-watch").daemon().factory());
    }

    /** Begins to watch what the generation in force came from. */
    public static FileWatch start(Generations generations) {
        FileWatch watch = new FileWatch(generations);
        var _ =
                watch.clockwork.scheduleWithFixedDelay(
                        watch::lookSafely,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
        return watch;
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            // An exception would end the schedule, and nobody would notice.
            log.error("a look at the configuration's files failed", e);
        }
    }

    /** Looks once; two looks in a row that see the same change load it. */
    void look() {
        Map<Path, String> loaded = generations.seen();
        Map<Path, String> now = look.at(loaded.keySet());
        boolean isStill = now.equals(last);
        last = now;
        looks++;
        if (isStill && !now.equals(loaded)) {
            generations.reload(BY);
        } else if (isStill && looks % LOOKS_BETWEEN_RETRIES == 0) {
            generations.retry(BY);
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
    }
}
