// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes entries and keeps them. Called by many virtual threads at once. Every append ends within
 * the trail's own time limit, whatever its caller's client does meanwhile.
 */
public interface AuditTrail {
    /** The trail's own limit is shorter than this. */
    Duration NO_LIMIT = Duration.ofDays(1);

    /**
     * Takes one entry. The stage completes when the entry is as durable as this trail promises, or
     * fails with {@link AuditUnavailable}; it never stays open. Dependent actions may run on the
     * trail's writer thread: they must not block.
     */
    CompletionStage<Receipt> submit(AuditEntry entry);

    /** The longest that a stage of {@link #submit} stays open, where that is known. */
    default Duration limit() {
        return NO_LIMIT;
    }

    /**
     * Takes one entry and returns when it is durable.
     *
     * @throws AuditUnavailable if that cannot be confirmed; the caller then must not answer
     */
    default void append(AuditEntry entry) throws AuditUnavailable {
        append(entry, NO_LIMIT);
    }

    /**
     * As {@link #append(AuditEntry)}, for a caller who cannot wait as long as the trail would. The
     * entry may still become durable after it gave up.
     */
    default void append(AuditEntry entry, Duration limit) throws AuditUnavailable {
        CompletableFuture<Receipt> future = submit(entry).toCompletableFuture();
        try {
            if (limit.compareTo(limit()) < 0) {
                future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } else {
                future.get(); // the trail ends it in time, and a wait without an alarm is cheaper
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable("interrupted while waiting for the trail", e);
        } catch (TimeoutException e) {
            throw new AuditUnavailable("trail: not durable while the request could wait", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuditUnavailable unavailable) {
                throw unavailable;
            }
            throw new AuditUnavailable("the trail failed: " + e.getCause(), e);
        }
    }
}
