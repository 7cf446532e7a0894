// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A trail whose entries are counted on their way. Thread-safe. */
public final class ObservedTrail implements AuditTrail {
    private final AuditTrail trail;
    private final Meters meters;

    /** Counts what goes into this trail. */
    public ObservedTrail(AuditTrail trail, Meters meters) {
        this.trail = trail;
        this.meters = meters;
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        meters.count(entry);
        return trail.submit(entry);
    }

    @Override
    public Duration limit() {
        return trail.limit();
    }

    /** Passed on as it is: the trail may know a shorter way than {@link #submit}. */
    @Override
    public void append(AuditEntry entry, Duration limit) throws AuditUnavailable {
        meters.count(entry);
        trail.append(entry, limit);
    }
}
