// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import java.util.List;
import java.util.UUID;

/**
 * What a log consists of, in its one order: entries by their places, and each checkpoint behind the
 * last entry that it covers. A checkpoint is on disk before the next entry is, so this order never
 * changes once it was read.
 */
public sealed interface LogPiece {
    /** Where a reader stands after this piece. */
    LogPlace after();

    /** An entry with its body. */
    record Present(UUID id, StoredEntry entry) implements LogPiece {
        @Override
        public LogPlace after() {
            return new LogPlace(entry.seq() + 1, false);
        }
    }

    /**
     * Entries without bodies: retention or an erasure took them, their hashes stay.
     *
     * @param first the first of them
     * @param leaves one for each, in order
     */
    record Removed(long first, List<TreeHash> leaves) implements LogPiece {
        public Removed {
            leaves = List.copyOf(leaves);
        }

        @Override
        public LogPlace after() {
            return new LogPlace(first + leaves.size(), false);
        }
    }

    /**
     * A checkpoint.
     *
     * @param subtrees roots of the complete subtrees that make up the tree, left to right: with
     *     them, a reader who never saw what came before can go on from here
     */
    record Noted(long size, SignedNote note, List<TreeHash> subtrees) implements LogPiece {
        public Noted {
            subtrees = List.copyOf(subtrees);
        }

        @Override
        public LogPlace after() {
            return new LogPlace(size, true);
        }
    }
}
