// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.SignedNote;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the tree is signed: after so many entries, or so long after the first entry that no
 * checkpoint covers. Used by the writer thread.
 */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final NoteSigner signer;
    private final CheckpointListener listener;
    private final LongSupplier nanos;
    private final int entries;
    private final long afterNanos;
    private long covered;
    private long coveredAt;
    private boolean demanded;

    Checkpoints(
            NoteSigner signer,
            CheckpointListener listener,
            LongSupplier nanos,
            int entries,
            Duration after,
            long covered) {
        this.signer = signer;
        this.listener = listener;
        this.nanos = nanos;
        this.entries = entries;
        this.afterNanos = after.toNanos();
        this.covered = covered;
        this.coveredAt = nanos.getAsLong();
    }

    /** The next write makes one, if there is anything new. */
    void demand() {
        demanded = true;
    }

    /** Writing failed: try again after the interval and not in a loop. */
    void postpone() {
        coveredAt = nanos.getAsLong();
    }

    boolean isDue(long size) {
        return size > covered
                && (demanded
                        || size - covered >= entries
                        || nanos.getAsLong() - coveredAt >= afterNanos);
    }

    /** How long the writer may wait for work. */
    long nanosUntilDue(long size) {
        return size > covered
                ? Math.max(0, coveredAt + afterNanos - nanos.getAsLong())
                : afterNanos;
    }

    /** Inside the transaction that made it due. */
    Optional<SignedNote> write(TrailStore store, long now) {
        if (!isDue(store.size())) {
            return Optional.empty();
        }
        Checkpoint checkpoint =
                new Checkpoint(store.origin().toString(), store.size(), store.root());
        SignedNote note = signer.sign(checkpoint.text());
        store.checkpoint(checkpoint.size(), now, note);
        return Optional.of(note);
    }

    /** After the commit. */
    void written(Optional<SignedNote> note) {
        if (note.isEmpty()) {
            return;
        }
        try {
            Checkpoint checkpoint = Checkpoint.parse(note.get());
            covered = checkpoint.size();
            coveredAt = nanos.getAsLong();
            demanded = false;
            listener.checkpointed(checkpoint, note.get());
        } catch (BadNote e) {
            throw new IllegalStateException("our own checkpoint is malformed", e);
        } catch (RuntimeException e) {
            // Whatever a listener does wrong must not stop the log.
            LOG.error("a checkpoint listener failed", e);
        }
    }
}
