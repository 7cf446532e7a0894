// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Durability {@code replicated}: an entry is taken when our disk and the stream have it. Entries
 * that arrive together travel together, so that many share one acknowledgement. One that was not
 * acknowledged in time stays in the log and reaches the stream later. Thread-safe.
 */
public final class ReplicatedTrail implements AuditTrail {
    private final AuditTrail disk;
    private final Acknowledged acknowledged;
    private final Duration limit;

    /**
     * @param relay of the same log
     * @param limit for the disk and the stream together
     */
    public ReplicatedTrail(AuditTrail disk, Relay relay, Duration limit) {
        this.disk = disk;
        this.acknowledged = relay.acknowledged();
        this.limit = limit;
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        long end = System.nanoTime() + limit.toNanos();
        return disk.submit(entry)
                .thenCompose(receipt -> {
                    if (receipt.seq().isEmpty()) {
                        return CompletableFuture.completedFuture(receipt);
                    }
                    long left = Math.max(0, end - System.nanoTime());
                    return acknowledged
                            .of(receipt.seq().getAsLong())
                            .orTimeout(left, TimeUnit.NANOSECONDS)
                            .handle((_, failure) -> {
                                if (failure != null) {
                                    throw new CompletionException(unavailable(failure));
                                }
                                return receipt;
                            });
                });
    }

    private AuditUnavailable unavailable(Throwable failure) {
        return switch (failure) {
            case AuditUnavailable unavailable -> unavailable;
            case TimeoutException _ ->
                    new AuditUnavailable(
                            "stream: no acknowledgement within "
                                    + limit
                                    + " (is JetStream there?)");
            default -> new AuditUnavailable("stream: " + failure, failure);
        };
    }
}
