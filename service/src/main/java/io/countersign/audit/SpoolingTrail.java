// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps answering while the trail cannot be written, by choice of the operator: entries wait in a
 * bounded memory and reach the trail in their order once it works again, marked as degraded. A kill
 * in the meantime loses them, which is why it is not the default. Thread-safe.
 */
public final class SpoolingTrail implements AuditTrail, AutoCloseable {
    /** What such entries carry in {@code degraded}. */
    public static final String SPOOLED = "audit-spooled";

    private static final Logger LOG = LoggerFactory.getLogger(SpoolingTrail.class);
    private static final int BATCH = 256;
    private static final Duration RETRY = Duration.ofMillis(100);

    private final AuditTrail trail;
    private final int capacity;
    private final Deque<AuditEntry> spool = new ArrayDeque<>();
    private @Nullable Clockwork clockwork;

    SpoolingTrail(AuditTrail trail, int capacity) {
        this.trail = trail;
        this.capacity = capacity;
    }

    /** Puts a spool of so many entries in front of a trail and keeps trying to empty it. */
    public static SpoolingTrail inFrontOf(AuditTrail trail, int capacity) {
        SpoolingTrail spooling = new SpoolingTrail(trail, capacity);
        spooling.clockwork = Clockwork.start("audit-spool", RETRY, spooling::drain);
        return spooling;
    }

    @Override
    public Duration limit() {
        return trail.limit();
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        if (waiting() > 0) {
            return keep(entry); // behind those that wait already
        }
        return trail.submit(entry).exceptionallyCompose(_ -> keep(entry));
    }

    /** Entries that are in memory only. */
    public int waiting() {
        synchronized (spool) {
            return spool.size();
        }
    }

    private CompletionStage<Receipt> keep(AuditEntry entry) {
        List<String> degraded = new ArrayList<>(entry.degraded());
        degraded.add(SPOOLED);
        AuditEntry marked = entry.toBuilder().degraded(degraded).build();
        synchronized (spool) {
            if (spool.size() >= capacity) {
                return CompletableFuture.failedFuture(
                        new AuditUnavailable("spool: full (expected: < " + capacity + " entries)"));
            }
            spool.add(marked);
            if (spool.size() == 1) {
                LOG.error("the audit trail cannot be written; entries are kept in memory");
            }
        }
        return CompletableFuture.completedFuture(Receipt.unplaced());
    }

    /** Brings the oldest entries to the trail until it refuses one. */
    void drain() {
        List<AuditEntry> batch = oldest();
        while (!batch.isEmpty() && bring(batch)) {
            batch = oldest();
        }
    }

    private List<AuditEntry> oldest() {
        synchronized (spool) {
            return spool.stream().limit(BATCH).toList();
        }
    }

    /**
     * True if all arrived. What arrived behind one that did not is brought again: a trail answers
     * an entry that it holds with its place.
     */
    private boolean bring(List<AuditEntry> batch) {
        List<CompletableFuture<Receipt>> receipts =
                batch.stream().map(entry -> trail.submit(entry).toCompletableFuture()).toList();
        int arrived = 0;
        boolean all = true;
        Iterator<CompletableFuture<Receipt>> each = receipts.iterator();
        while (each.hasNext()) {
            all &= each.next().handle((_, failure) -> failure == null).join();
            arrived += all ? 1 : 0;
        }
        synchronized (spool) {
            for (int i = 0; i < arrived; i++) {
                spool.remove();
            }
            if (spool.isEmpty()) {
                LOG.info("the audit trail works again; the last entries in memory reached it");
            }
        }
        return all;
    }

    /** A last try; what the trail still refuses is lost, and said aloud. */
    @Override
    public void close() {
        if (clockwork != null) {
            clockwork.close();
        }
        drain();
        if (waiting() > 0) {
            LOG.error("{} audit entries in memory never reached the trail", waiting());
        }
    }
}
