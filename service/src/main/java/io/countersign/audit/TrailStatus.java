// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * How a trail is doing. Counters run since it was opened.
 *
 * @param size entries in the log
 * @param waiting entries in the writer's queue
 * @param commitNanos time spent in all commits
 * @param failures commits that failed
 * @param shed entries refused because the queue was full
 * @param failingSince set while the trail cannot be written
 * @param failure why; empty when it can
 * @param freeBytes left on the file system; −1 when unknown
 * @param lowOnSpace the warning that comes before
 */
public record TrailStatus(
        LogOrigin origin,
        long size,
        int waiting,
        long entries,
        long commits,
        long commitNanos,
        long failures,
        long shed,
        Optional<Instant> failingSince,
        String failure,
        long freeBytes,
        boolean lowOnSpace) {}
