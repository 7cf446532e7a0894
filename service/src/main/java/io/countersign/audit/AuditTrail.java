// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Takes entries and keeps them. Called by many virtual threads at once. Every append ends within
 * the trail's own time limit, whatever its caller's client does meanwhile.
 */
public interface AuditTrail {
    /**
     * Takes one entry. The stage completes when the entry is as durable as this trail promises, or
     * fails with {@link AuditUnavailable}; it never stays open. Dependent actions may run on the
     * trail's writer thread: they must not block.
     */
    CompletionStage<Receipt> submit(AuditEntry entry);

    /**
     * Takes one entry and returns when it is durable.
     *
     * @throws AuditUnavailable if that cannot be confirmed; the caller then must not answer
     */
    default void append(AuditEntry entry) throws AuditUnavailable {
        CompletableFuture<Receipt> future = submit(entry).toCompletableFuture();
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable("interrupted while waiting for the trail", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuditUnavailable unavailable) {
                throw unavailable;
            }
            throw new AuditUnavailable("the trail failed: " + e.getCause(), e);
        }
    }
}
