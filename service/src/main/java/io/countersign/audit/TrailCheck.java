// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.MerkleTree;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.Tile;
import io.countersign.audit.tlog.TreeHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What is checked each time a trail is opened for writing: identity, the newest checkpoint, and the
 * bodies under the last tile. Cheap on purpose, the same time for any size; {@link TrailVerifier}
 * checks everything.
 */
final class TrailCheck {
    /** Up to here SQLite's own check takes well under a second. */
    private static final long QUICK_CHECK_BYTES = 32L << 20;

    private final TrailStore store;
    private final Path file;

    TrailCheck(TrailStore store, Path file) {
        this.store = store;
        this.file = file;
    }

    void belongsTo(String cluster, String instance) throws TrailRefused {
        LogOrigin origin = store.origin();
        if (!origin.cluster().equals(cluster) || !origin.instance().equals(instance)) {
            throw refused(
                    "is the log %s (expected: one of %s/%s; two instances must not share a trail)"
                            .formatted(origin, cluster, instance));
        }
    }

    void isSignedBy(NoteVerifier verifier) throws TrailRefused {
        if (!store.vkey().equals(verifier.vkey())) {
            throw refused(
                    "was begun with the audit key %s (configured: %s; put the key back, or move the"
                                    .formatted(store.vkey(), verifier.vkey())
                            + " directory away to begin a new log)");
        }
    }

    void isSound(NoteVerifier verifier) throws TrailRefused, IOException {
        if (Files.size(file) <= QUICK_CHECK_BYTES) {
            String result =
                    store.handle().createQuery("PRAGMA quick_check(1)").mapTo(String.class).one();
            if (!result.equals("ok")) {
                throw refused("is damaged: " + result);
            }
        }
        checkpointFits(verifier);
        tailFits();
    }

    private void checkpointFits(NoteVerifier verifier) throws TrailRefused {
        var note = store.lastCheckpoint();
        if (note.isEmpty()) {
            return;
        }
        try {
            Checkpoint checkpoint = Checkpoint.verified(SignedNote.parse(note.get()), verifier);
            if (checkpoint.size() > store.size()) {
                throw refused(
                        "was cut: %d entries (expected: >= %d, which a checkpoint has)"
                                .formatted(store.size(), checkpoint.size()));
            }
            TreeHash root = MerkleTree.root(checkpoint.size(), Tile.nodes(store::tile));
            if (!root.equals(checkpoint.root())) {
                throw refused(
                        "was changed: its tree is not the one of its checkpoint at "
                                + checkpoint.size());
            }
        } catch (BadNote e) {
            throw refused("has a bad checkpoint: " + e.getMessage());
        }
    }

    /** The bodies of the last tile are those whose hashes it holds, and nothing comes after. */
    private void tailFits() throws TrailRefused {
        long size = store.size();
        if (size == 0) {
            return;
        }
        long n = (size - 1) / Tile.WIDTH;
        Tile tile = store.tile(0, n);
        long first = n * Tile.WIDTH;
        List<StoredEntry> rows = rows(store.handle(), first);
        for (StoredEntry row : rows) {
            if (row.seq() >= size) {
                throw refused("has entry %d beyond its size of %d".formatted(row.seq(), size));
            }
            if (!row.leaf().equals(tile.hash((int) (row.seq() - first)))) {
                throw refused("was changed: entry %d is not the one logged".formatted(row.seq()));
            }
        }
        boolean cut = rows.isEmpty() || rows.getLast().seq() != size - 1;
        if (cut && !isRemoved(store.handle(), size - 1)) {
            throw refused("was cut: entry %d is missing".formatted(size - 1));
        }
    }

    private static List<StoredEntry> rows(Handle handle, long first) {
        return handle.createQuery("SELECT seq, body FROM entry WHERE seq >= ? ORDER BY seq")
                .bind(0, first)
                .map((row, _) -> new StoredEntry(row.getLong(1), row.getBytes(2)))
                .list();
    }

    private static boolean isRemoved(Handle handle, long seq) {
        return handle.createQuery("SELECT count(*) FROM removal WHERE ? BETWEEN first AND last")
                        .bind(0, seq)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private TrailRefused refused(String what) {
        return new TrailRefused(file + ": " + what);
    }
}
