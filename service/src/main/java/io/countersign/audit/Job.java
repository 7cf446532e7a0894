// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Something else than appending that needs the write connection. */
final class Job<T> implements Work {
    private final Function<TrailStore, T> task;
    private final boolean inTransaction;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Job(Function<TrailStore, T> task, boolean inTransaction) {
        this.task = task;
        this.inTransaction = inTransaction;
    }

    /** All that it does is committed, or nothing. */
    static <T> Job<T> inTransaction(Function<TrailStore, T> task) {
        return new Job<>(task, true);
    }

    /** For what SQLite only does outside of a transaction. */
    static <T> Job<T> alone(Function<TrailStore, T> task) {
        return new Job<>(task, false);
    }

    boolean isInTransaction() {
        return inTransaction;
    }

    CompletableFuture<T> result() {
        return result;
    }

    /** Runs it and returns what to do once it is committed: tell the caller. */
    Runnable run(TrailStore store) {
        T value = task.apply(store);
        return () -> result.complete(value);
    }

    @Override
    public void fail(AuditUnavailable why) {
        result.completeExceptionally(why);
    }
}
