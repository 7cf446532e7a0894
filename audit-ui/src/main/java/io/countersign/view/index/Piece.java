// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.nats.relay.CosignedNote;
import java.util.List;

/** What a source brings of a log, in the log's order. */
public sealed interface Piece {
    /** Whose it is. */
    String log();

    /** The name of the instance that writes the log. */
    String instance();

    /** When the source took it, in milliseconds. */
    long heard();

    /**
     * An entry.
     *
     * @param body the exact bytes that its leaf hash is made of
     */
    record Entry(AuditEntry entry, byte[] body, long heard) implements Piece {
        @Override
        public String log() {
            return entry.log();
        }

        @Override
        public String instance() {
            return entry.instance();
        }
    }

    /** Hashes of entries whose bodies are gone. */
    record Removed(String log, String instance, long first, List<TreeHash> leaves, long heard)
            implements Piece {
        public Removed {
            leaves = List.copyOf(leaves);
        }
    }

    /** A checkpoint, with the roots of its complete subtrees and the key that it names. */
    record Noted(
            String log,
            String instance,
            long size,
            SignedNote note,
            String vkey,
            List<TreeHash> subtrees,
            long heard)
            implements Piece {
        public Noted {
            subtrees = List.copyOf(subtrees);
        }
    }

    /** What somebody else signed of a log: it is not the log that speaks. */
    record Cosigned(CosignedNote told, long heard) implements Piece {
        @Override
        public String log() {
            return told.subject().log().log();
        }

        @Override
        public String instance() {
            return told.subject().log().instance();
        }
    }

    /** Something on a log's subject that is none of ours. */
    record Stranger(String log, String instance, String what, long heard) implements Piece {}
}
