// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.DamagedTree;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail of one instance: a SQLite file that is one RFC 6962 log. An append returns once its
 * entry, its leaf hash and the tree's edge are on disk, committed together. Thread-safe.
 */
public final class SqliteTrail implements AuditTrail, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteTrail.class);

    /**
     * How often it looks for appends that take too long: one look for all costs next to nothing.
     */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final TrailSettings settings;
    private final TrailDirectory directory;
    private final LogOrigin origin;
    private final NoteVerifier verifier;
    private final TrailGauge gauge;
    private final TrailWriter writer;
    private final TrailReader reader;
    private final Thread thread;
    private final Queue<Append> open = new ConcurrentLinkedQueue<>();
    private @Nullable Clockwork alarm;

    private SqliteTrail(
            TrailSettings settings,
            TrailDirectory directory,
            TrailStore store,
            NoteVerifier verifier,
            Checkpoints checkpoints,
            Clock clock) {
        this.settings = settings;
        this.directory = directory;
        this.origin = store.origin();
        this.verifier = verifier;
        this.gauge = new TrailGauge(clock, store.size());
        CommitSignal committed = new CommitSignal(store.size());
        this.writer =
                new TrailWriter(
                        directory.database(),
                        store,
                        settings,
                        checkpoints,
                        gauge,
                        clock,
                        committed);
        this.reader = new TrailReader(directory.database(), origin, committed);
        this.thread = Thread.ofPlatform().name("audit-writer").unstarted(writer);
    }

    /**
     * Opens the trail of a directory, or begins one with a new log id.
     *
     * @param signer the audit key: Ed25519, and no other key of the system
     * @throws TrailRefused if the directory is in use, or what is there is not this instance's
     *     sound trail; nothing is changed then
     * @throws IOException if files cannot be made or read
     */
    public static SqliteTrail open(
            TrailSettings settings,
            Signer signer,
            Ed25519 ed25519,
            Clock clock,
            SecureRandom random,
            CheckpointListener listener)
            throws TrailRefused, IOException {
        TrailDirectory directory = TrailDirectory.claim(settings.directory());
        try {
            if (!directory.hasDatabase()) {
                create(settings, directory, signer, ed25519, clock, random);
            }
            return open(settings, directory, signer, ed25519, clock, listener);
        } catch (JdbiException | DamagedTree e) {
            directory.close();
            Throwable root = AuditUnavailable.root(e);
            throw new TrailRefused(
                    directory.database() + ": cannot be read: " + root.getMessage(), root);
        } catch (TrailRefused | IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static void create(
            TrailSettings settings,
            TrailDirectory directory,
            Signer signer,
            Ed25519 ed25519,
            Clock clock,
            SecureRandom random)
            throws TrailRefused, IOException {
        LogOrigin origin = LogOrigin.fresh(settings.cluster(), settings.instance(), random);
        NoteVerifier verifier = new NoteVerifier(origin.toString(), signer.key(), ed25519);
        Path draft = directory.draft();
        TrailStore.create(draft, origin, verifier.vkey(), clock.millis());
        directory.adopt(draft);
    }

    private static SqliteTrail open(
            TrailSettings settings,
            TrailDirectory directory,
            Signer signer,
            Ed25519 ed25519,
            Clock clock,
            CheckpointListener listener)
            throws TrailRefused, IOException {
        TrailStore store = TrailStore.open(directory.database(), settings.busyLimit());
        try {
            TrailCheck check = new TrailCheck(store, directory.database());
            check.belongsTo(settings.cluster(), settings.instance());
            String name = store.origin().toString();
            NoteVerifier verifier = new NoteVerifier(name, signer.key(), ed25519);
            check.isSignedBy(verifier);
            check.isSound(verifier);
            Checkpoints checkpoints =
                    new Checkpoints(
                            new NoteSigner(name, signer),
                            listener,
                            System::nanoTime,
                            settings.checkpointEntries(),
                            settings.checkpointAfter(),
                            covered(store));
            SqliteTrail trail =
                    new SqliteTrail(settings, directory, store, verifier, checkpoints, clock);
            trail.thread.start();
            trail.alarm = Clockwork.start("audit-limits", LOOK, trail::endOverdue);
            trail.finishRemovals();
            return trail;
        } catch (TrailRefused | IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** What a crash interrupted. */
    private void finishRemovals() {
        var _ =
                new RemovalSweep(this)
                        .resume()
                        .exceptionally(failure -> {
                            LOG.warn(
                                    "an interrupted removal waits for the next start: {}",
                                    AuditUnavailable.root(failure).getMessage());
                            return 0L;
                        });
    }

    private static long covered(TrailStore store) throws TrailRefused {
        try {
            var note = store.lastCheckpoint();
            return note.isEmpty() ? 0 : Checkpoint.parse(SignedNote.parse(note.get())).size();
        } catch (BadNote e) {
            throw new TrailRefused("checkpoint: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Receipt> submit(AuditEntry entry) {
        Append append = new Append(entry, System.nanoTime() + settings.appendLimit().toNanos());
        open.add(append);
        writer.submit(append);
        return append.result();
    }

    @Override
    public Duration limit() {
        return settings.appendLimit().plus(LOOK);
    }

    /** Fails what was not durable in time; in the order of arrival, which is that of the ends. */
    private void endOverdue() {
        long now = System.nanoTime();
        for (Append first = open.peek();
                first != null && (first.result().isDone() || first.isOverdue(now));
                first = open.peek()) {
            open.remove();
            first.fail(
                    new AuditUnavailable(
                            "trail: not durable within "
                                    + settings.appendLimit()
                                    + " (expected: a commit in milliseconds; is the disk slow?)"));
        }
    }

    /** Runs on the writer thread, in a transaction of its own, after what is queued. */
    <T> CompletableFuture<T> onWriter(Function<TrailStore, T> task) {
        Job<T> job = Job.inTransaction(task);
        writer.submit(job);
        return job.result();
    }

    /** As {@link #onWriter}, without a transaction. */
    <T> CompletableFuture<T> alone(Function<TrailStore, T> task) {
        Job<T> job = Job.alone(task);
        writer.submit(job);
        return job.result();
    }

    /**
     * Copies the log as it is now into a new file, for evidence; see the runbook on what it is good
     * for. Reads and appends go on meanwhile.
     *
     * @throws IOException if there is such a file, or it cannot be written
     */
    public void backup(Path target) throws IOException {
        TrailBackup.write(directory.database(), target);
    }

    /** Reads this log; closed with the trail. */
    public TrailReader reader() {
        return reader;
    }

    public LogOrigin origin() {
        return origin;
    }

    /** What a third party needs to check our checkpoints; {@code vkey()} is its text. */
    public NoteVerifier verifier() {
        return verifier;
    }

    /** For health and metrics. */
    public TrailStatus status() {
        long free;
        try {
            free = directory.freeBytes();
        } catch (UncheckedIOException _) {
            free = -1; // unknown: the file system itself does not answer
        }
        boolean low = free >= 0 && free < settings.lowSpace();
        return gauge.status(origin, writer.waiting(), free, low);
    }

    /** Free bytes below which it warns. */
    long lowSpace() {
        return settings.lowSpace();
    }

    /** Writes what is queued and a last checkpoint, then lets go of the directory. */
    @Override
    public void close() throws IOException {
        writer.close();
        try {
            if (!thread.join(Duration.ofSeconds(10))) {
                throw new IOException("trail: the writer did not end within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("trail: interrupted while closing", e);
        } finally {
            if (alarm != null) {
                alarm.close();
            }
            reader.close();
            directory.close();
        }
    }
}
