// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a trail while its instance runs: applies the retention every hour, and warns while
 * there is still time when the disk fills up. On a thread of its own. Thread-safe.
 */
public final class TrailCare implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrailCare.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final long MEBIBYTE = 1L << 20;

    private final SqliteTrail trail;
    private final TrailKeeper keeper;
    private final Retention retention;
    private final LongSupplier brought;
    private final Clock clock;
    private final Clockwork looking;
    private final Clockwork retaining;
    private boolean low;

    private TrailCare(
            SqliteTrail trail,
            TrailKeeper keeper,
            Retention retention,
            LongSupplier brought,
            Clock clock,
            Pace pace) {
        this.trail = trail;
        this.keeper = keeper;
        this.retention = retention;
        this.brought = brought;
        this.clock = clock;
        this.looking = Clockwork.start("audit-space", pace.look(), this::look);
        this.retaining = Clockwork.start("audit-retention", pace.retention(), this::retain);
    }

    /** How often it looks at the disk, and applies the retention. */
    record Pace(Duration look, Duration retention) {
        static final Pace USUAL = new Pace(LOOK, RETENTION);
    }

    /**
     * Begins at once.
     *
     * @param brought the first place that a stream or sink has not got yet: what is behind it does
     *     not go by age
     */
    public static TrailCare start(
            SqliteTrail trail,
            TrailKeeper keeper,
            Retention retention,
            LongSupplier brought,
            Clock clock) {
        return start(trail, keeper, retention, brought, clock, Pace.USUAL);
    }

    static TrailCare start(
            SqliteTrail trail,
            TrailKeeper keeper,
            Retention retention,
            LongSupplier brought,
            Clock clock,
            Pace pace) {
        return new TrailCare(trail, keeper, retention, brought, clock, pace);
    }

    /** Says it once when space runs short, and once when there is enough again. */
    private void look() {
        TrailStatus now = trail.status();
        if (now.freeBytes() < 0 || now.lowOnSpace() == low) {
            return;
        }
        low = now.lowOnSpace();
        if (low) {
            LOG.warn(
                    "THE DISK OF THE AUDIT TRAIL FILLS UP: {} MiB are left (expected: >= {}). When"
                            + " it is full, nobody is let in",
                    now.freeBytes() / MEBIBYTE,
                    trail.lowSpace() / MEBIBYTE);
        } else {
            LOG.info("the audit trail has {} MiB again", now.freeBytes() / MEBIBYTE);
        }
    }

    private void retain() {
        if (retention.isNone()) {
            return;
        }
        try {
            Removed removed = keeper.retain(retention, clock.instant(), brought.getAsLong());
            if (removed.entries() > 0) {
                LOG.info("retention removed the bodies of {} entries", removed.entries());
            }
        } catch (AuditUnavailable e) {
            LOG.warn("the retention of the audit trail waits: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        looking.close();
        retaining.close();
    }
}
