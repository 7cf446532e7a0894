// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.LogOrigin;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.DamagedTree;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.tlog.TreeHasher;
import io.countersign.crypto.Ed25519;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log as it is read: every entry becomes a leaf of the tree, and every checkpoint must be the
 * root over what came before it. The first key that a log names is kept; another one later is a
 * break. What was found stays found. Used by one thread.
 */
final class Chain {
    private final String log;
    private final Ed25519 ed25519;
    private final TreeHasher hasher = new TreeHasher();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    private String instance;
    private long next;
    private long covered;
    private @Nullable Frontier tree;
    private String vkey;
    private @Nullable NoteVerifier key;
    private long heard;
    private String gap;
    private String broken;

    Chain(Stored stored, Ed25519 ed25519) {
        this.log = stored.log();
        this.ed25519 = ed25519;
        this.instance = stored.instance();
        this.next = stored.next();
        this.covered = stored.covered();
        this.vkey = stored.vkey();
        this.heard = stored.heard();
        this.gap = stored.gap();
        this.broken = stored.broken();
        List<TreeHash> roots = stored.tree();
        this.tree = roots == null ? null : Frontier.at(Math.max(0, next), roots, this::completed);
    }

    /** The root of a complete subtree of the tree; see {@code MerkleTree.Nodes}. */
    record Node(int level, long n, TreeHash hash) {}

    /** A checkpoint that fits. */
    record Note(long size, SignedNote note) {}

    /**
     * What is kept of a chain; {@code next} is −1 for one that has not begun.
     *
     * @param tree null while it is not known what stands before
     */
    record Stored(
            String log,
            String instance,
            long next,
            long covered,
            @Nullable List<TreeHash> tree,
            String vkey,
            long heard,
            String gap,
            String broken) {
        static Stored fresh(String log) {
            return new Stored(log, "", -1, 0, null, "", 0, "", "");
        }
    }

    Stored stored() {
        Frontier known = tree;
        return new Stored(
                log,
                instance,
                next,
                covered,
                known == null ? null : known.subtrees(),
                vkey,
                heard,
                gap,
                broken);
    }

    /** Subtrees that were completed since the last time. */
    List<Node> takeNodes() {
        List<Node> taken = List.copyOf(nodes);
        nodes.clear();
        return taken;
    }

    List<Note> takeNotes() {
        List<Note> taken = List.copyOf(notes);
        notes.clear();
        return taken;
    }

    private void completed(int tileLevel, long n, TreeHash root) {
        nodes.add(new Node(8 * tileLevel, n, root));
    }

    String log() {
        return log;
    }

    /** The place that comes next; −1 before the first. */
    long next() {
        return next;
    }

    void heard(Piece piece) {
        heard = Math.max(heard, piece.heard());
        instance = piece.instance();
    }

    /** An entry of a place that was not there before. */
    void entry(long seq, byte[] body) {
        advance(seq, 1);
        add(hasher.leaf(body));
    }

    void removed(long first, List<TreeHash> leaves) {
        if (next > first) {
            return;
        }
        advance(first, leaves.size());
        for (int i = 0; i < leaves.size(); i++) {
            nodes.add(new Node(0, first + i, leaves.get(i)));
            add(leaves.get(i));
        }
    }

    void broken(String what) {
        if (broken.isEmpty()) {
            broken = what;
        }
    }

    /**
     * Somebody signed another tree of a size that this log has a checkpoint of. It counts if the
     * log's own key signed that, too: nobody without that key can make a log look broken.
     */
    void contradicted(Cosignatures.Kept other) {
        try {
            Checkpoint seen = Checkpoint.verified(other.note(), key(""));
            broken(
                    "checkpoint of %d entries: %s signed one with another root, and so did the log's key"
                            .formatted(seen.size(), other.vkey().replaceFirst("\\+.*", "")));
        } catch (BadNote | IllegalArgumentException _) {
            return; // words of a stranger
        }
    }

    private void add(TreeHash leaf) {
        if (tree != null) {
            tree.add(leaf);
        }
    }

    private void advance(long seq, long count) {
        if (next < 0) {
            begin(seq);
        } else if (seq > next) {
            if (gap.isEmpty()) {
                gap = seq == next + 1 ? "entry " + next : "entries " + next + " to " + (seq - 1);
            }
            tree = null;
        }
        next = seq + count;
    }

    private void begin(long seq) {
        next = seq;
        if (seq == 0) {
            tree = new Frontier(this::completed);
        }
    }

    void checkpoint(Piece.Noted noted) {
        if (next < 0) {
            begin(noted.size());
        }
        if (noted.size() < next) {
            return; // read again after a restart
        }
        if (noted.size() > next) {
            advance(noted.size(), 0);
        }
        try {
            Checkpoint checkpoint = Checkpoint.verified(noted.note(), key(noted.vkey()));
            if (checkpoint.size() != noted.size()) {
                throw new BadNote("it is one of " + checkpoint.size() + " entries");
            }
            compare(checkpoint, noted);
        } catch (BadNote | DamagedTree | IllegalArgumentException e) {
            broken("checkpoint of %d entries: %s".formatted(noted.size(), e.getMessage()));
        }
    }

    private void compare(Checkpoint checkpoint, Piece.Noted noted) throws BadNote {
        Frontier told = Frontier.at(checkpoint.size(), noted.subtrees(), this::completed);
        if (!told.root().equals(checkpoint.root())) {
            throw new BadNote("its subtrees are not those of its root");
        }
        Frontier known = tree;
        if (known != null && !known.root().equals(checkpoint.root())) {
            broken(
                    "entry %d was rewritten, or one before it since entry %d: the checkpoint has another root"
                            .formatted(Math.max(0, checkpoint.size() - 1), covered));
            return;
        }
        if (known == null) {
            remember(checkpoint.size(), noted.subtrees());
            tree = told;
        }
        covered = checkpoint.size();
        notes.add(new Note(checkpoint.size(), noted.note()));
    }

    /** With these, proofs can be made although what they cover was never seen. */
    private void remember(long size, List<TreeHash> subtrees) {
        long done = 0;
        for (TreeHash root : subtrees) {
            int level = Long.numberOfTrailingZeros(Long.highestOneBit(size - done));
            nodes.add(new Node(level, done >> level, root));
            done += 1L << level;
        }
    }

    private NoteVerifier key(String named) throws BadNote {
        NoteVerifier known = key;
        if (vkey.isEmpty()) {
            known = NoteVerifier.parse(named, ed25519);
            LogOrigin origin = LogOrigin.parse(known.name());
            if (!origin.log().equals(log) || !origin.instance().equals(instance)) {
                throw new BadNote("the key is of " + origin);
            }
            vkey = named;
        } else if (!named.isEmpty() && !vkey.equals(named)) {
            throw new BadNote("it names another key than those before");
        } else if (known == null) {
            known = NoteVerifier.parse(vkey, ed25519);
        }
        key = known;
        return known;
    }
}
