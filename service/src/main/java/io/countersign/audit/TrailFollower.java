// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;
import java.util.List;

/** A place in the log that moves on as entries are read. Used by one thread at a time. */
public final class TrailFollower {
    private final TrailReader reader;
    private final CommitSignal committed;
    private long next;

    TrailFollower(TrailReader reader, CommitSignal committed, long next) {
        this.reader = reader;
        this.committed = committed;
        this.next = next;
    }

    /** Where the next entry comes from. */
    public long position() {
        return next;
    }

    /**
     * The next entries, oldest first, waiting for the first one if need be. Empty when the time is
     * up. Removed entries are passed over.
     */
    public List<StoredEntry> next(int limit, Duration wait)
            throws AuditUnavailable, InterruptedException {
        committed.awaitBeyond(next, wait);
        long size = committed.size();
        List<StoredEntry> entries = reader.from(next, limit);
        if (!entries.isEmpty()) {
            next = entries.getLast().seq() + 1;
        } else {
            next = Math.max(next, size); // nothing left of what was there
        }
        return entries;
    }
}
