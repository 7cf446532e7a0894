// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.DamagedTree;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.tlog.TreeHasher;
import io.countersign.crypto.Ed25519;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks one log as others hold it: its pieces in the order in which they were received. Nothing
 * may be missing, doubled or changed, ids are unique, and every signed checkpoint must be the root
 * over what came before it. If the beginning is no longer there, it starts at the first checkpoint,
 * whose subtrees stand for what is gone. Used by one thread.
 */
public final class HeldLogVerifier {
    private final String instance;
    private final String log;
    private final Ed25519 ed25519;
    private final Findings findings = new Findings();
    private final ClockWatch clock = new ClockWatch(findings);
    private final TreeHasher hasher = new TreeHasher();

    /** Halves of ids: 8 bytes an entry tell them apart. */
    private final Set<Long> ids = new HashSet<>();

    private @Nullable NoteVerifier key;
    private final boolean keyWasGiven;

    /** Null while it is not known what stands before. */
    private @Nullable Frontier tree;

    private long next = -1;
    private long present;
    private long removed;
    private long checkpoints;
    private long covered;

    /**
     * @param key the log's key as known from elsewhere; empty: that of its first checkpoint is
     *     taken
     */
    public HeldLogVerifier(
            String instance, String log, Optional<NoteVerifier> key, Ed25519 ed25519) {
        this.instance = instance;
        this.log = log;
        this.ed25519 = ed25519;
        this.key = key.orElse(null);
        this.keyWasGiven = key.isPresent();
    }

    /**
     * An entry.
     *
     * @param received when its holder got it
     */
    public void entry(long seq, byte[] body, Instant received) {
        if (!advance(seq, 1)) {
            return;
        }
        present++;
        add(hasher.leaf(body));
        try {
            EntryHead head = EntryHead.read(body, log, seq);
            clock.saw(seq, head.time());
            clock.received(seq, head.time(), received.toEpochMilli());
            UUID id = head.id();
            if (!ids.add(id.getLeastSignificantBits())) {
                findings.broken(seq, "has the id of an entry before it: " + id);
            }
        } catch (BadEntry e) {
            findings.broken(seq, "not an entry of this place: " + e.getMessage());
        }
    }

    /** Leaf hashes of entries whose bodies were gone before. */
    public void removed(long first, List<TreeHash> leaves) {
        if (advance(first, leaves.size())) {
            removed += leaves.size();
            leaves.forEach(this::add);
        }
    }

    /** Something that nobody may have put there. */
    public void stranger(String what) {
        findings.broken(Math.max(0, next), what);
    }

    /** What others hold of the log says that it was another, at an entry. */
    public void contradicted(long seq, String what) {
        findings.broken(seq, what);
    }

    /** Words of others about the log that show nothing. */
    public void unusable(String what) {
        findings.notice(Finding.WHOLE, what);
    }

    private void add(TreeHash leaf) {
        if (tree != null) {
            tree.add(leaf);
        }
    }

    /** False if these places were there before: the log goes on where it was. */
    private boolean advance(long seq, long count) {
        if (next < 0) {
            begin(seq);
        } else if (seq < next) {
            findings.broken(seq, "stands there a second time, behind entry " + (next - 1));
            return false;
        } else if (seq > next) {
            findings.broken(
                    next, "missing" + (seq == next + 1 ? "" : ", with all up to " + (seq - 1)));
            tree = null;
        }
        next = seq + count;
        return true;
    }

    private void begin(long seq) {
        if (seq == 0) {
            tree = new Frontier((_, _, _) -> {});
        } else {
            findings.notice(seq, "the first that is still there; what was before it is gone");
        }
    }

    /** A checkpoint, with the roots of its complete subtrees. */
    public void checkpoint(long size, SignedNote note, String vkey, List<TreeHash> subtrees) {
        if (next < 0) {
            begin(size);
            next = size;
        }
        if (size != next) {
            findings.broken(size, "a checkpoint of " + size + " stands behind " + next);
            return;
        }
        try {
            Checkpoint checkpoint = Checkpoint.verified(note, key(vkey));
            if (checkpoint.size() != size) {
                throw new BadNote("is one of " + checkpoint.size() + " entries");
            }
            compare(checkpoint, subtrees);
        } catch (BadNote | DamagedTree e) {
            findings.broken(Math.max(0, size - 1), "bad checkpoint behind it: " + e.getMessage());
        }
    }

    private void compare(Checkpoint checkpoint, List<TreeHash> subtrees) throws BadNote {
        Frontier known = tree;
        if (known != null && !known.root().equals(checkpoint.root())) {
            findings.broken(
                    Math.max(0, checkpoint.size() - 1),
                    "rewritten, or one before it since entry %d: its checkpoint has another root"
                            .formatted(covered));
        } else {
            checkpoints++;
        }
        Frontier told = Frontier.at(checkpoint.size(), subtrees);
        if (!told.root().equals(checkpoint.root())) {
            throw new BadNote("its subtrees are not those of its root");
        }
        tree = told;
        covered = checkpoint.size();
    }

    private NoteVerifier key(String vkey) throws BadNote {
        NoteVerifier known = key;
        if (known == null) {
            known = NoteVerifier.parse(vkey, ed25519);
            key = known;
        } else if (!keyWasGiven && !known.vkey().equals(vkey)) {
            throw new BadNote("names another key than those before");
        }
        LogOrigin origin = LogOrigin.stored(known.name());
        if (!origin.instance().equals(instance) || !origin.log().equals(log)) {
            throw new BadNote("the key is of %s (expected: of log %s)".formatted(origin, log));
        }
        return known;
    }

    /** The tree over all that was read; empty if its beginning is not known. */
    public Optional<Checkpoint> head() {
        return tree == null || key == null
                ? Optional.empty()
                : Optional.of(new Checkpoint(key.name(), tree.size(), tree.root()));
    }

    /** The key that checkpoints were checked with; empty before the first. */
    public Optional<NoteVerifier> key() {
        return Optional.ofNullable(key);
    }

    /** What was found so far. */
    public VerifyReport report() {
        if (!keyWasGiven && key != null) {
            findings.notice(
                    Finding.WHOLE,
                    "no key was given: that the log's own key signed it does not say whose it is");
        }
        if (covered < next) {
            findings.notice(covered, "no checkpoint covers it and what comes after, yet");
        }
        return new VerifyReport(
                key == null ? instance + "/" + log : key.name(),
                Math.max(0, next),
                present,
                removed,
                checkpoints,
                covered,
                findings.all());
    }
}
