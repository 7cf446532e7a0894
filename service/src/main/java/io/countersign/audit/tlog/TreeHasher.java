// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes many leaves and nodes with one SHA-256 object, by one thread. */
public final class TreeHasher {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest;

    public TreeHasher() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Of an entry's bytes. */
    public TreeHash leaf(byte[] entry) {
        digest.update(LEAF);
        digest.update(entry);
        return finish();
    }

    /** Of two neighbours. */
    public TreeHash node(TreeHash left, TreeHash right) {
        digest.update(NODE);
        left.updating(digest);
        right.updating(digest);
        return finish();
    }

    private TreeHash finish() {
        byte[] bytes = new byte[TreeHash.LENGTH];
        try {
            digest.digest(bytes, 0, bytes.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        return TreeHash.taking(bytes);
    }
}
