// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Something else than appending that needs the write connection; runs in its own transaction. */
final class Job<T> implements Work {
    private final Function<TrailStore, T> task;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Job(Function<TrailStore, T> task) {
        this.task = task;
    }

    CompletableFuture<T> result() {
        return result;
    }

    /** Runs it and returns what to do once the transaction is committed: tell the caller. */
    Runnable run(TrailStore store) {
        T value = task.apply(store);
        return () -> result.complete(value);
    }

    @Override
    public void fail(AuditUnavailable why) {
        result.completeExceptionally(why);
    }
}
