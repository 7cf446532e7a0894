// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.TreeHash;

/** An entry as it stands in a log: its place and its exact bytes. Immutable. */
public final class StoredEntry {
    private final long seq;
    private final byte[] body;

    /** Takes the array over. */
    StoredEntry(long seq, byte[] body) {
        this.seq = seq;
        this.body = body;
    }

    public long seq() {
        return seq;
    }

    /** A copy of the canonical JSON. */
    public byte[] body() {
        return body.clone();
    }

    /** The array itself; nobody writes to it. */
    byte[] bytes() {
        return body;
    }

    /** Hash under which the entry stands in the Merkle tree. */
    public TreeHash leaf() {
        return TreeHash.leaf(body);
    }

    /** The facts, read strictly. */
    public AuditEntry entry() throws BadEntry {
        return AuditEntry.decode(body);
    }
}
