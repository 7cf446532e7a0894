// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.Frontier;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.audit.tlog.TreeHasher;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a log from its first leaf to its last, wherever the leaves come from: bodies against leaf
 * hashes, the tree against every checkpoint, ids and clock. Used by one thread.
 */
final class LogVerifier {
    private final LogOrigin origin;
    private final Findings findings;
    private final Frontier frontier;
    private final ClockWatch clock;
    private final TreeHasher hasher = new TreeHasher();
    private final Deque<Pin> pins;
    private long[] idTails = new long[1024];
    private int ids;
    private long covered;
    private boolean parted;
    private long fitting;

    /**
     * A root that the log must have had at a size.
     *
     * @param holder who says so, for the report
     */
    record Pin(Checkpoint checkpoint, String holder) {}

    LogVerifier(LogOrigin origin, List<Pin> pins, Frontier.Completed completed, Findings findings) {
        this.origin = origin;
        this.findings = findings;
        this.clock = new ClockWatch(findings);
        this.frontier = new Frontier(completed);
        this.pins =
                new ArrayDeque<>(
                        pins.stream()
                                .sorted(Comparator.comparingLong(pin -> pin.checkpoint().size()))
                                .toList());
        comparePins();
    }

    /**
     * The next entry in order.
     *
     * @param expected the leaf hash that the log keeps for it
     * @param body its bytes; null when the body was removed
     * @return what its head says, when there is a body and it is the logged one
     */
    Optional<EntryHead> next(TreeHash expected, byte @Nullable [] body) {
        long seq = frontier.size();
        frontier.add(expected);
        Optional<EntryHead> head = body == null ? Optional.empty() : check(seq, expected, body);
        comparePins();
        return head;
    }

    private Optional<EntryHead> check(long seq, TreeHash expected, byte[] body) {
        if (!hasher.leaf(body).equals(expected)) {
            findings.broken(seq, "changed: its hash is not the one logged");
            return Optional.empty();
        }
        try {
            EntryHead head = EntryHead.read(body, origin.log(), seq);
            remember(head);
            clock.saw(seq, head.time());
            return Optional.of(head);
        } catch (BadEntry e) {
            findings.broken(seq, "not an entry of this place: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The random half of an id tells ids apart: 8 bytes an entry, and an index names the place. */
    private void remember(EntryHead head) {
        if (ids == idTails.length) {
            idTails = Arrays.copyOf(idTails, ids + (ids >> 1));
        }
        idTails[ids++] = head.id().getLeastSignificantBits();
    }

    private void comparePins() {
        while (!pins.isEmpty() && pins.getFirst().checkpoint().size() <= frontier.size()) {
            Pin pin = pins.removeFirst();
            Checkpoint checkpoint = pin.checkpoint();
            if (frontier.root().equals(checkpoint.root())) {
                fitting++;
                covered = parted ? covered : checkpoint.size();
            } else {
                parted = true;
                findings.broken(
                        Math.max(0, checkpoint.size() - 1),
                        "rewritten, or one before it: %s at size %d has another root"
                                .formatted(pin.holder(), checkpoint.size()));
            }
        }
    }

    /** No more entries: whatever says that there were more is right. */
    void end() {
        for (Pin pin : pins) {
            findings.broken(
                    frontier.size(),
                    "missing with all after it: %s has %d entries"
                            .formatted(pin.holder(), pin.checkpoint().size()));
        }
    }

    /** True if two entries may have one id. */
    boolean hasTwins() {
        long[] sorted = Arrays.copyOf(idTails, ids);
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                return true;
            }
        }
        return false;
    }

    long size() {
        return frontier.size();
    }

    /** Entries under the newest checkpoint that fits, with all before it. */
    long covered() {
        return covered;
    }

    /** Checkpoints that fit. */
    long fitting() {
        return fitting;
    }
}
