// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * An entry on its way to the writer: everything but its place is encoded, by the thread that
 * brought it.
 */
final class Append implements Work {
    private final UUID id;
    private final Kind kind;
    private final long time;
    private final byte[] facts;
    private final long end;
    private final CompletableFuture<Receipt> result = new CompletableFuture<>();

    /**
     * @param end when it fails if it is not durable, by {@link System#nanoTime}; nobody looks at it
     *     if it does not go through the queue
     */
    Append(AuditEntry entry, long end) {
        this.end = end;
        this.id = entry.id();
        this.kind = entry.kind();
        this.time = entry.time().toEpochMilli();
        this.facts = EntryEncoding.facts(entry);
    }

    UUID id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    /** Milliseconds since 1970. */
    long time() {
        return time;
    }

    byte[] body(String log, long seq) {
        return EntryEncoding.join(EntryEncoding.head(log, seq), facts);
    }

    /** Whether a body that stands in the log already is this entry's. */
    boolean isIn(byte[] body) {
        int start = body.length - facts.length;
        return start > 0 && Arrays.equals(body, start, body.length, facts, 0, facts.length);
    }

    CompletableFuture<Receipt> result() {
        return result;
    }

    boolean isOverdue(long nanoTime) {
        return end - nanoTime <= 0;
    }

    /** Nobody waits any longer: it need not be written. */
    boolean isAbandoned() {
        return result.isDone();
    }

    @Override
    public void fail(AuditUnavailable why) {
        result.completeExceptionally(why);
    }
}
