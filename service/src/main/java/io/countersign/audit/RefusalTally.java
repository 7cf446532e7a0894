// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of refusals of one kind: their rate, and those counted since the last flush. */
final class RefusalTally {
    private final long interval;
    private final long burst;
    private long theoretical = Long.MIN_VALUE;
    private @Nullable AuditEntry sample;
    private long count;
    private Instant first = Instant.EPOCH;
    private Instant last = Instant.EPOCH;

    /** {@code perSecond} refusals pass at once and each second. */
    RefusalTally(int perSecond) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burst = TimeUnit.SECONDS.toNanos(1) - interval;
    }

    /** True if this one is to be logged singly (GCRA). */
    synchronized boolean takes(long now) {
        long due = theoretical == Long.MIN_VALUE ? now : Math.max(theoretical, now);
        if (due - now > burst) {
            return false;
        }
        theoretical = due + interval;
        return true;
    }

    synchronized void count(AuditEntry entry) {
        add(entry, 1, entry.time(), entry.time());
    }

    /** The entry that stands for what was counted, if anything was; counting starts anew. */
    synchronized Optional<AuditEntry> take() {
        if (sample == null) {
            return Optional.empty();
        }
        AuditEntry counted = sample.toBuilder().counted(new Counted(count, first, last)).build();
        sample = null;
        count = 0;
        return Optional.of(counted);
    }

    synchronized void putBack(AuditEntry counted) {
        counted.counted()
                .ifPresent(c -> {
                    add(counted, c.count(), c.first(), c.last());
                    sample = counted; // the earlier one stays the sample
                });
    }

    private void add(AuditEntry entry, long more, Instant from, Instant to) {
        boolean none = sample == null;
        if (none) {
            sample = entry;
        }
        first = none || from.isBefore(first) ? from : first;
        last = none || to.isAfter(last) ? to : last;
        count += more;
    }

    /** Nothing counted, and as good as new. */
    synchronized boolean isIdle(long now) {
        return sample == null && theoretical - now <= 0;
    }
}
