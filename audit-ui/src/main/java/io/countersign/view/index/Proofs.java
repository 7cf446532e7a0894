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
    private final TreeHasher hasher = new TreeHasher();
    private final Map<Long, TreeHash> leaves = new HashMap<>();

    Proofs(Handle handle, String log) {
        this.handle = handle;
        this.log = log;
    }

    /**
     * Part of the tree is not known: the index began behind it, or a checkpoint is still to come.
     */
    private static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Note(long size, SignedNote note) {}

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
            InclusionProof proof = new InclusionProof(seq, path, note.get().note());
            return Optional.of(proof(row, proof, vkey));
        } catch (Unknown _) {
            return Optional.empty();
        }
    }

    private static Proof proof(Row row, InclusionProof inclusion, String vkey) {
        TreeHash leaf = TreeHash.leaf(row.body());
        try {
            NoteVerifier key = NoteVerifier.parse(vkey, Ed25519.best());
            List<String> witnesses =
                    inclusion.checkpoint().signatures().stream()
                            .map(SignedNote.Signature::name)
                            .filter(name -> !name.equals(key.name()))
                            .toList();
            Checkpoint checkpoint = Checkpoint.parse(inclusion.checkpoint());
            return new Proof(
                    leaf, checkpoint, inclusion, vkey, witnesses, fits(row, inclusion, key));
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

    /** Of those next behind the entry the one that most have signed. */
    private Optional<Note> note(long seq) {
        return handle
                .createQuery(
                        "SELECT size, note FROM checkpoint WHERE log = ? AND size > ?"
                                + " ORDER BY size LIMIT "
                                + LOOKED_AT)
                .bind(0, log)
                .bind(1, seq)
                .map((row, _) -> new Note(row.getLong(1), parse(row.getString(2))))
                .list()
                .stream()
                .min(
                        Comparator.comparingInt((Note n) -> -n.note().signatures().size())
                                .thenComparingLong(Note::size));
    }

    private static SignedNote parse(String note) {
        try {
            return SignedNote.parse(note);
        } catch (BadNote e) {
            throw new IndexUnusable("index: a checkpoint is damaged: " + e.getMessage(), e);
        }
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
