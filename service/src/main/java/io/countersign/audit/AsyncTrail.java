// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Durability {@code async}: does not wait for the disk. The queue of the trail behind is the bound;
 * what does not fit or cannot be written is lost and counted, and as soon as the trail works again
 * an act in it says how many entries are missing. Thread-safe.
 */
public final class AsyncTrail implements AuditTrail {
    /** Reason code of the act. */
    public static final String LOST = "entries-lost";

    private final AuditTrail trail;
    private final AuditDrafts drafts;
    private long lost;
    private @Nullable Counted unsaid;

    public AsyncTrail(AuditTrail trail, AuditDrafts drafts) {
        this.trail = trail;
        this.drafts = drafts;
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        trail.submit(entry)
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        confess();
                    } else {
                        lose(entry.time());
                    }
                });
        return CompletableFuture.completedFuture(Receipt.unplaced());
    }

    /** Entries lost since the start. */
    public synchronized long lost() {
        return lost;
    }

    private synchronized void lose(Instant time) {
        lost++;
        tally(new Counted(1, time, time));
    }

    private synchronized void tally(Counted more) {
        Counted before = unsaid;
        unsaid =
                before == null
                        ? more
                        : new Counted(
                                before.count() + more.count(),
                                before.first().isBefore(more.first())
                                        ? before.first()
                                        : more.first(),
                                before.last().isAfter(more.last()) ? before.last() : more.last());
    }

    private void confess() {
        Counted confessed;
        synchronized (this) {
            if (unsaid == null) {
                return;
            }
            confessed = unsaid;
            unsaid = null;
        }
        AuditEntry act = drafts.entry(Kind.ACT).reason(LOST).counted(confessed).build();
        trail.submit(act)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        tally(confessed);
                    }
                });
    }
}
