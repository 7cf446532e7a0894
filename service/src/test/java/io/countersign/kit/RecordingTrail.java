// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A trail in memory, for tests of everything that writes entries. Thread-safe. */
public final class RecordingTrail implements AuditTrail {
    /** Log id of its entries. */
    public static final String LOG = "recording";

    private final List<AuditEntry> entries = new ArrayList<>();
    private boolean down;

    @Override
    public synchronized CompletionStage<Receipt> submit(AuditEntry entry) {
        if (down) {
            return CompletableFuture.failedFuture(
                    new AuditUnavailable("trail: down (expected: up; a test switched it off)"));
        }
        long seq = entries.size();
        entries.add(entry.toBuilder().at(LOG, seq).build());
        return CompletableFuture.completedFuture(new Receipt(LOG, OptionalLong.of(seq)));
    }

    /** From now on every append fails. */
    public synchronized void breakDown() {
        down = true;
    }

    /** From now on appends work again. */
    public synchronized void repair() {
        down = false;
    }

    /** What was taken so far, oldest first. */
    public synchronized List<AuditEntry> entries() {
        return List.copyOf(entries);
    }

    /** The newest entry. */
    public synchronized AuditEntry last() {
        return entries.getLast();
    }
}
