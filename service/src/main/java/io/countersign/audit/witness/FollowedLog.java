// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One log as a witness follows it: its pieces in their order, of which nothing is kept but the
 * roots of complete subtrees. An entry costs its leaf hash and, on average, one node.
 *
 * <p>What was signed once must stay below whatever is signed next: the tree that is computed here
 * has to pass through it. A log that does not, whose entries stand twice or are missing, or whose
 * key is another, is refused for good. Used by one thread.
 */
public final class FollowedLog {
    private final String instance;
    private final String log;
    private final Ed25519 ed25519;
    private final TreeHasher hasher = new TreeHasher();
    private @Nullable NoteVerifier key;
    private @Nullable Checkpoint signed;
    private @Nullable SignedNote signedNote;
    private long signedPlace;

    /** Null while it is not known what stands before. */
    private @Nullable Frontier tree;

    private long next = -1;
    private @Nullable Candidate newest;

    /** Whether this reading has seen the tree that was signed last. */
    private boolean extending = true;

    private @Nullable Refusal refusal;

    /** A checkpoint that fits all that was read, and its place where it was read. */
    public record Candidate(SignedNote note, Checkpoint checkpoint, long place) {}

    /**
     * Where a reading stands, to go on from it later.
     *
     * @param vkey the log's key; empty if none was seen
     * @param place of the checkpoint that was signed last, 0 if it is not known
     */
    public record Mark(
            String instance,
            String log,
            String vkey,
            long size,
            List<TreeHash> subtrees,
            long place,
            Optional<Refusal> refusal) {
        public Mark {
            subtrees = List.copyOf(subtrees);
        }
    }

    public FollowedLog(String instance, String log, Ed25519 ed25519) {
        this.instance = instance;
        this.log = log;
        this.ed25519 = ed25519;
    }

    /** Goes on where a reading stood. */
    public static FollowedLog at(Mark mark, Ed25519 ed25519) throws BadNote {
        FollowedLog followed = new FollowedLog(mark.instance(), mark.log(), ed25519);
        if (!mark.vkey().isEmpty()) {
            followed.key = followed.ownKey(mark.vkey());
        }
        followed.refusal = mark.refusal().orElse(null);
        followed.signedPlace = mark.place();
        if (followed.refusal == null) {
            try {
                followed.tree = Frontier.at(mark.size(), mark.subtrees());
            } catch (DamagedTree e) {
                throw new BadNote("tree: " + e.getMessage());
            }
            followed.next = mark.size();
        }
        return followed;
    }

    /**
     * Says what this witness signed last: the next must extend it, under the same key.
     *
     * @throws BadNote if that is no checkpoint
     */
    public void holdTo(SignedNote before) throws BadNote {
        Checkpoint checkpoint = Checkpoint.parse(before);
        signed = checkpoint;
        signedNote = before;
        if (key != null && !key.isSigned(before)) {
            refuse(true, "has another key than that of the tree signed at " + checkpoint.size());
        }
        Frontier known = tree;
        extending = known != null && known.size() >= checkpoint.size();
        if (known != null) {
            compareWithSigned(known);
        }
    }

    private void again() {
        tree = new Frontier((_, _, _) -> {});
        newest = null;
        extending = signed == null;
    }

    /** An entry. */
    public void entry(long seq, byte[] body) {
        if (advance(seq, 1)) {
            add(hasher.leaf(body));
        }
    }

    /** Leaf hashes of entries whose bodies are gone. */
    public void removed(long first, List<TreeHash> leaves) {
        if (advance(first, leaves.size())) {
            leaves.forEach(this::add);
        }
    }

    private void add(TreeHash leaf) {
        Frontier known = tree;
        if (known != null) {
            known.add(leaf);
            compareWithSigned(known);
        }
    }

    private void compareWithSigned(Frontier known) {
        Checkpoint before = signed;
        if (before == null || known.size() != before.size()) {
            return;
        }
        if (known.root().equals(before.root())) {
            extending = true;
        } else {
            refuse(true, "has another tree at %d than the one signed".formatted(before.size()));
        }
    }

    /** Whether it goes on at this place; a log that begins once more is read once more. */
    private boolean advance(long seq, long count) {
        if (refusal != null) {
            return false;
        }
        if (seq == 0 && (next != 0 || tree == null)) {
            again();
        } else if (next >= 0 && seq < next) {
            refuse(true, "entry %d stands there twice, behind %d".formatted(seq, next - 1));
            return false;
        } else if (next >= 0 && seq > next) {
            refuse(false, "entries %d to %d are missing".formatted(next, seq - 1));
            return false;
        }
        next = seq + count;
        return true;
    }

    /**
     * A checkpoint, with the roots of its complete subtrees.
     *
     * @param place where it was read
     */
    public void checkpoint(
            long size, SignedNote note, String vkey, List<TreeHash> subtrees, long place) {
        if (refusal != null) {
            return;
        }
        next = next < 0 ? size : next;
        if (size != next) {
            refuse(size < next, "a checkpoint of %d stands behind %d".formatted(size, next));
            return;
        }
        try {
            Checkpoint checkpoint = Checkpoint.verified(note, key(vkey));
            Frontier told = Frontier.at(size, subtrees);
            if (checkpoint.size() != size || !told.root().equals(checkpoint.root())) {
                throw new BadNote("its subtrees are not those of its root");
            }
            if (fits(checkpoint, told)) {
                newest = new Candidate(note, checkpoint, place);
            }
        } catch (BadNote | DamagedTree e) {
            refuse(true, "bad checkpoint of %d: %s".formatted(size, e.getMessage()));
        }
    }

    private boolean fits(Checkpoint checkpoint, Frontier told) throws BadNote {
        Frontier known = tree;
        if (known == null) {
            tree = told;
            compareWithSigned(told);
            if (!extending && signed != null && told.size() > signed.size()) {
                refuse(
                        false,
                        "the tree signed at %d is not there any more to compare with"
                                .formatted(signed.size()));
            }
        } else if (!known.root().equals(checkpoint.root())) {
            throw new BadNote("it has another root than what was read");
        }
        return refusal == null;
    }

    private NoteVerifier key(String vkey) throws BadNote {
        NoteVerifier known = key;
        if (known == null) {
            known = ownKey(vkey);
            key = known;
        } else if (!known.vkey().equals(vkey)) {
            throw new BadNote("names another key than those before");
        }
        return known;
    }

    private NoteVerifier ownKey(String vkey) throws BadNote {
        NoteVerifier named = NoteVerifier.parse(vkey, ed25519);
        try {
            LogOrigin origin = LogOrigin.parse(named.name());
            if (origin.instance().equals(instance)
                    && origin.log().equals(log)
                    && (signedNote == null || named.isSigned(signedNote))) {
                return named;
            }
        } catch (IllegalArgumentException _) {
            // as bad as that of another log
        }
        throw new BadNote("its key is not that of log " + instance + "/" + log);
    }

    /** Does not believe the log any more; the first reason stays. */
    public void refuse(boolean contradicts, String what) {
        if (refusal == null) {
            refusal = new Refusal(contradicts, what);
            newest = null;
            tree = null;
        }
    }

    /** What may be signed now: the newest checkpoint, if it goes beyond what was signed. */
    public Optional<Candidate> candidate() {
        return Optional.ofNullable(newest)
                .filter(candidate ->
                        extending
                                && signed().map(s -> candidate.checkpoint().size() > s.size())
                                        .orElse(true));
    }

    /** The candidate was signed: this is the note with the signature. */
    void signed(Candidate candidate, SignedNote note) {
        signed = candidate.checkpoint();
        signedNote = note;
        signedPlace = candidate.place();
    }

    /** What was signed last. */
    public Optional<Checkpoint> signed() {
        return Optional.ofNullable(signed);
    }

    /** The same with its signatures. */
    public Optional<SignedNote> signedNote() {
        return Optional.ofNullable(signedNote);
    }

    public String instance() {
        return instance;
    }

    public String log() {
        return log;
    }

    /** Place of the checkpoint that was signed last; 0 if it is not known. */
    public long signedPlace() {
        return signedPlace;
    }

    /** True if what was signed last has been seen where the log is read. */
    public boolean isExtending() {
        return extending && refusal == null;
    }

    /** Entries that were read, with those before them. */
    public long size() {
        return Math.max(0, next);
    }

    /** Why it is not signed any more. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Empty while it is not known what stands before, and nothing is wrong. */
    public Optional<Mark> mark() {
        Frontier known = tree;
        if (known == null && refusal == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Mark(
                        instance,
                        log,
                        key == null ? "" : key.vkey(),
                        known == null ? 0 : known.size(),
                        known == null ? List.of() : known.subtrees(),
                        signedPlace,
                        refusal()));
    }
}
