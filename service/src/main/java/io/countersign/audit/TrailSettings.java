// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a trail lives and how it behaves.
 *
 * @param appendLimit an append that is not durable by then fails
 * @param queue entries that may wait for the writer; one more is refused at once
 * @param checkpointEntries a checkpoint at least every so many entries
 * @param checkpointAfter and at most so long after an entry
 * @param lowSpace free bytes on the file system below which the trail warns
 */
public record TrailSettings(
        Path directory,
        String cluster,
        String instance,
        Duration appendLimit,
        int queue,
        int checkpointEntries,
        Duration checkpointAfter,
        long lowSpace) {
    private static final long MEGABYTE = 1L << 20;

    public TrailSettings {
        require("append limit", appendLimit.toMillis());
        require("queue", queue);
        require("checkpoint entries", checkpointEntries);
        require("checkpoint after", checkpointAfter.toMillis());
    }

    /** The defaults: 1 s, 8,192 entries, a checkpoint every 1,000 entries or second, 256 MiB. */
    public static TrailSettings of(Path directory, String cluster, String instance) {
        return new TrailSettings(
                directory,
                cluster,
                instance,
                Duration.ofSeconds(1),
                8192,
                1000,
                Duration.ofSeconds(1),
                256 * MEGABYTE);
    }

    /**
     * How long a write waits for a lock of somebody else: well below the append limit, so that an
     * append that has failed is not written a moment later all the same.
     */
    Duration busyLimit() {
        return appendLimit.dividedBy(2);
    }

    public TrailSettings withAppendLimit(Duration limit) {
        return new TrailSettings(
                directory,
                cluster,
                instance,
                limit,
                queue,
                checkpointEntries,
                checkpointAfter,
                lowSpace);
    }

    public TrailSettings withQueue(int length) {
        return new TrailSettings(
                directory,
                cluster,
                instance,
                appendLimit,
                length,
                checkpointEntries,
                checkpointAfter,
                lowSpace);
    }

    public TrailSettings withCheckpoints(int entries, Duration after) {
        return new TrailSettings(
                directory, cluster, instance, appendLimit, queue, entries, after, lowSpace);
    }

    TrailSettings withLowSpace(long bytes) {
        return new TrailSettings(
                directory,
                cluster,
                instance,
                appendLimit,
                queue,
                checkpointEntries,
                checkpointAfter,
                bytes);
    }

    private static void require(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
