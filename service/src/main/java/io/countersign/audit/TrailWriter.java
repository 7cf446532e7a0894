// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.SignedNote;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The one thread that writes. Group commit: a batch is what arrived while the last commit ran, so
 * under load many entries share one fsync and a lone entry waits for nobody.
 *
 * <p>When a write fails, the batch fails and the connection is thrown away; the next batch opens
 * another and starts from what is really on disk. So the trail works again by itself once there is
 * space, and an entry that was refused can never sit in memory as if it had been logged.
 */
final class TrailWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TrailWriter.class);
    private static final int BATCH = 256;

    /**
     * A batch of so many shows that there is load. Then a commit begins this long after the last
     * one at the earliest: an fsync costs as much for five entries as for fifty, and at this rate
     * it would be made a thousand times a second. A lone entry waits for nobody.
     */
    private static final int BUSY = 8;

    private static final long PACE_NANOS = 8_000_000;

    private int lastBatch;
    private long lastBegan;

    private final Path file;
    private final Duration busy;
    private final ArrayBlockingQueue<Work> queue;
    private final Checkpoints checkpoints;
    private final TrailGauge gauge;
    private final Clock clock;
    private final CommitSignal committed;
    private @Nullable TrailStore store;
    private long size;
    private volatile boolean closing;

    TrailWriter(
            Path file,
            TrailStore store,
            TrailSettings settings,
            Checkpoints checkpoints,
            TrailGauge gauge,
            Clock clock,
            CommitSignal committed) {
        this.file = file;
        this.store = store;
        this.size = store.size();
        this.busy = settings.busyLimit();
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.checkpoints = checkpoints;
        this.gauge = gauge;
        this.clock = clock;
        this.committed = committed;
    }

    /** Fails the work at once when the queue is full or the trail is closed. */
    void submit(Work work) {
        if (closing) {
            work.fail(new AuditUnavailable("trail: closed"));
        } else if (!queue.offer(work)) {
            gauge.shed();
            work.fail(
                    new AuditUnavailable(
                            "trail: queue full (expected: < "
                                    + (queue.size() + queue.remainingCapacity())
                                    + " waiting)"));
        }
    }

    int waiting() {
        return queue.size();
    }

    /** What is queued is still written; then the thread ends. */
    void close() {
        closing = true;
        queue.offer(Job.alone(TrailStore::size)); // wakes the thread; if full, it is awake
    }

    @Override
    public void run() {
        while (!closing || !queue.isEmpty()) {
            List<Work> works = take();
            List<Append> batch = new ArrayList<>(works.size());
            for (Work work : works) {
                switch (work) {
                    case Append append -> {
                        if (!append.isAbandoned()) {
                            batch.add(append);
                        }
                    }
                    case Job<?> job -> {
                        write(batch);
                        batch = new ArrayList<>();
                        perform(job);
                    }
                }
            }
            write(batch);
        }
        finish();
    }

    private List<Work> take() {
        List<Work> works = new ArrayList<>();
        try {
            Work first = queue.poll(checkpoints.nanosUntilDue(size), TimeUnit.NANOSECONDS);
            if (first != null) {
                works.add(first);
                keepPace();
                queue.drainTo(works, BATCH - 1);
            }
        } catch (InterruptedException e) {
            LOG.warn("the audit writer was interrupted; it goes on");
        }
        return works;
    }

    /** Lets the next batch grow while there is load. */
    private void keepPace() {
        long left = lastBegan + PACE_NANOS - System.nanoTime();
        if (lastBatch >= BUSY && left > 0 && queue.size() < BATCH && !closing) {
            LockSupport.parkNanos(left);
        }
    }

    /** One transaction: entries, tree edge, and a checkpoint when it is due. */
    private void write(List<Append> batch) {
        if (batch.isEmpty() && !checkpoints.isDue(size)) {
            return;
        }
        long before = size;
        long began = System.nanoTime();
        lastBatch = batch.size();
        lastBegan = began;
        try {
            TrailStore open = store();
            List<Optional<SignedNote>> note = new ArrayList<>();
            open.inTransaction(() -> {
                open.append(batch);
                note.add(checkpoints.write(open, clock.millis()));
            });
            succeeded(open, batch.size(), System.nanoTime() - began);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).result().complete(Receipt.at(open.origin().log(), before + i));
            }
            checkpoints.written(note.getFirst());
        } catch (RuntimeException | TrailRefused e) {
            if (isDuplicate(e)) {
                discard();
                separate(batch);
            } else {
                failed(e, batch);
            }
        }
    }

    /**
     * An entry of the batch is in the log already: brought again because its first commit was
     * reported as failed and was none, or too late. It is answered with its place; a stranger under
     * its id fails; the others must not suffer.
     */
    private void separate(List<Append> batch) {
        List<Append> rest = new ArrayList<>();
        try {
            TrailStore open = store();
            for (Append append : batch) {
                Optional<StoredEntry> known = open.find(append.id());
                if (known.isEmpty()) {
                    rest.add(append);
                } else if (append.isIn(known.get().body())) {
                    append.result().complete(Receipt.at(open.origin().log(), known.get().seq()));
                } else {
                    append.fail(new AuditUnavailable("trail: id taken: " + append.id()));
                }
            }
        } catch (RuntimeException | TrailRefused e) {
            failed(e, batch);
            return;
        }
        if (rest.size() < batch.size()) {
            write(rest);
        } else if (rest.size() > 1) {
            rest.forEach(append -> write(List.of(append))); // two with one id in this batch
        } else {
            failed(new IllegalStateException("a constraint that no entry breaks"), rest);
        }
    }

    private static boolean isDuplicate(Exception e) {
        return AuditUnavailable.root(e) instanceof SQLiteException sqlite
                && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE;
    }

    private void perform(Job<?> job) {
        try {
            TrailStore open = store();
            List<Runnable> after = new ArrayList<>();
            if (job.isInTransaction()) {
                open.inTransaction(() -> after.add(job.run(open)));
            } else {
                after.add(job.run(open));
            }
            succeeded(open, 0, 0);
            after.forEach(Runnable::run);
        } catch (RuntimeException | TrailRefused e) {
            failed(e, List.of(job));
        }
    }

    private void succeeded(TrailStore open, int entries, long nanos) {
        size = open.size();
        gauge.committed(entries, nanos, size);
        committed.announce(size);
    }

    /** Also for a bug of ours: it fails those who wait for it, not everybody from now on. */
    private void failed(Exception cause, List<? extends Work> works) {
        AuditUnavailable why = AuditUnavailable.because("trail", cause);
        if (gauge.failed(why)) {
            LOG.error("the audit trail cannot be written: {}", why.getMessage());
        }
        discard();
        checkpoints.postpone();
        works.forEach(work -> work.fail(why));
    }

    /** The open store, or a new one that continues exactly where the last commit ended. */
    private TrailStore store() throws TrailRefused {
        TrailStore open = store;
        if (open == null) {
            open = TrailStore.open(file, busy);
            if (open.size() < size) {
                open.close();
                throw new TrailRefused(
                        "%s: %d entries (expected: >= %d; the file was replaced under us)"
                                .formatted(file, open.size(), size));
            }
            store = open;
        }
        return open;
    }

    private void discard() {
        if (store != null) {
            try {
                store.close();
            } catch (JdbiException e) {
                LOG.debug(
                        "closing a failed connection failed too: {}",
                        AuditUnavailable.root(e).getMessage());
            }
            store = null;
        }
    }

    private void finish() {
        checkpoints.demand();
        write(List.of());
        List<Work> late = new ArrayList<>();
        queue.drainTo(late);
        late.forEach(work -> work.fail(new AuditUnavailable("trail: closed")));
        discard();
    }
}
