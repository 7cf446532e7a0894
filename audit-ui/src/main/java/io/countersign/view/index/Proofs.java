// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.MerkleTree;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.tlog.TreeHasher;
import io.countersign.crypto.Ed25519;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Makes proofs. Kept are the roots of every 256 entries and above; what is below is hashed anew
 * from the entries, or from the leaves that were kept of those that went. Used once.
 */
final class Proofs {
    private static final int KEPT = 8;
    private static final int LOOKED_AT = 200;

    private final Handle handle;
    private final String log;
    private final Witnesses witnesses;
    private final TreeHasher hasher = new TreeHasher();
    private final Map<Long, TreeHash> leaves = new HashMap<>();

    Proofs(Handle handle, String log, Witnesses witnesses) {
        this.handle = handle;
        this.log = log;
        this.witnesses = witnesses;
    }

    /**
     * Part of the tree is not known: the index began behind it, or a checkpoint is still to come.
     */
    private static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A checkpoint with all signatures that are kept of it.
     *
     * @param known how many of them are said to be of witnesses that are known
     */
    private record Note(long size, SignedNote note, long known) {}

    /** Empty if no checkpoint covers the entry yet, or what stands beside it is not known. */
    Optional<Proof> of(Row row) {
        long seq = row.entry().seq();
        String vkey =
                handle.createQuery("SELECT vkey FROM trail WHERE log = ?")
                        .bind(0, log)
                        .mapTo(String.class)
                        .findOne()
                        .orElse("");
        Optional<Note> note = note(seq);
        if (note.isEmpty() || vkey.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<TreeHash> path = MerkleTree.inclusion(seq, note.get().size(), this::node);
            return Optional.of(proof(row, seq, path, note.get().note(), vkey));
        } catch (Unknown _) {
            return Optional.empty();
        }
    }

    private Proof proof(Row row, long seq, List<TreeHash> path, SignedNote note, String vkey) {
        TreeHash leaf = TreeHash.leaf(row.body());
        try {
            NoteVerifier key = NoteVerifier.parse(vkey, Ed25519.best());
            Witnesses.Judged judged = witnesses.judge(note, key.name());
            InclusionProof inclusion = new InclusionProof(seq, path, judged.note());
            Checkpoint checkpoint = Checkpoint.parse(judged.note());
            return new Proof(
                    leaf,
                    checkpoint,
                    inclusion,
                    vkey,
                    judged.witnesses(),
                    fits(row, inclusion, key));
        } catch (BadNote e) {
            throw new IndexUnusable("index: a checkpoint is damaged: " + e.getMessage(), e);
        }
    }

    private static boolean fits(Row row, InclusionProof inclusion, NoteVerifier key) {
        try {
            inclusion.verify(row.body(), key);
            return true;
        } catch (BadNote _) {
            return false;
        }
    }

    /**
     * Of those next behind the entry the one that most known witnesses signed, then most others.
     */
    private Optional<Note> note(long seq) {
        List<Chain.Note> checkpoints =
                handle.createQuery(
                                "SELECT size, note FROM checkpoint WHERE log = ? AND size > ?"
                                        + " ORDER BY size LIMIT "
                                        + LOOKED_AT)
                        .bind(0, log)
                        .bind(1, seq)
                        .map((row, _) ->
                                new Chain.Note(row.getLong(1), Cosignatures.note(row.getString(2))))
                        .list();
        if (checkpoints.isEmpty()) {
            return Optional.empty();
        }
        Map<Long, List<Cosignatures.Kept>> cosigned =
                Cosignatures.between(
                        handle, log, checkpoints.getFirst().size(), checkpoints.getLast().size());
        return checkpoints.stream()
                .map(each -> whole(each, cosigned.getOrDefault(each.size(), List.of())))
                .min(
                        Comparator.comparingLong((Note n) -> -n.known())
                                .thenComparingInt(n -> -n.note().signatures().size())
                                .thenComparingLong(Note::size));
    }

    /** With what others signed of the same tree. */
    private Note whole(Chain.Note checkpoint, List<Cosignatures.Kept> cosigned) {
        SignedNote note = checkpoint.note();
        long known = 0;
        for (Cosignatures.Kept each : cosigned) {
            SignedNote.Signature line = each.note().signatures().getLast();
            if (each.note().text().equals(note.text()) && !note.signatures().contains(line)) {
                note = note.with(line);
                known += witnesses.knows(each.vkey()) ? 1 : 0;
            }
        }
        return new Note(checkpoint.size(), note, known);
    }

    private TreeHash node(int level, long n) {
        Optional<TreeHash> kept =
                handle.createQuery("SELECT hash FROM node WHERE log = ? AND level = ? AND n = ?")
                        .bind(0, log)
                        .bind(1, level)
                        .bind(2, n)
                        .map((row, _) -> TreeHash.at(row.getBytes(1), 0))
                        .findOne();
        if (kept.isPresent()) {
            return kept.get();
        }
        if (level > KEPT) {
            return hasher.node(node(level - 1, 2 * n), node(level - 1, 2 * n + 1));
        }
        read(n << level, (n + 1) << level);
        return hashed(level, n);
    }

    private TreeHash hashed(int level, long n) {
        if (level > 0) {
            return hasher.node(hashed(level - 1, 2 * n), hashed(level - 1, 2 * n + 1));
        }
        TreeHash leaf = leaves.get(n);
        if (leaf == null) {
            throw new Unknown();
        }
        return leaf;
    }

    private void read(long from, long to) {
        handle.createQuery(
                        "SELECT n, hash FROM node WHERE log = ? AND level = 0 AND n >= ? AND n < ?")
                .bind(0, log)
                .bind(1, from)
                .bind(2, to)
                .map((row, _) ->
                        leaves.put(row.getLong(1), TreeHash.at(row.getBytes(2), 0)) == null)
                .list();
        handle.createQuery("SELECT seq, body FROM entry WHERE log = ? AND seq >= ? AND seq < ?")
                .bind(0, log)
                .bind(1, from)
                .bind(2, to)
                .map((row, _) -> leaves.put(row.getLong(1), hasher.leaf(row.getBytes(2))) == null)
                .list();
    }
}
