// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 hash in a Merkle tree (RFC 6962 section 2.1): a leaf is hashed behind a 0 byte and an
 * inner node behind a 1 byte, so that no leaf can pass for a node. Immutable, compared by value.
 */
public final class TreeHash {
    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    /** Root of the tree without leaves. */
    public static final TreeHash EMPTY =
            new TreeHash(
                    HexFormat.of()
                            .parseHex(
                                    "e3b0c44298fc1c149afbf4c8996fb924"
                                            + "27ae41e4649b934ca495991b7852b855"));

    private final byte[] bytes;

    private TreeHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Of an entry's bytes. */
    public static TreeHash leaf(byte[] entry) {
        return new TreeHasher().leaf(entry);
    }

    static TreeHash node(TreeHash left, TreeHash right) {
        return new TreeHasher().node(left, right);
    }

    /** Takes the array over. */
    static TreeHash taking(byte[] bytes) {
        return new TreeHash(bytes);
    }

    /** Copies 32 bytes from the offset. */
    public static TreeHash at(byte[] from, int offset) {
        return new TreeHash(Arrays.copyOfRange(from, offset, offset + LENGTH));
    }

    /** From the 44 characters of standard base64. */
    public static TreeHash parse(String base64) throws BadNote {
        byte[] bytes = Base64Text.decode(base64);
        if (bytes.length != LENGTH) {
            throw new BadNote("hash: " + bytes.length + " bytes (expected: 32)");
        }
        return new TreeHash(bytes);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, LENGTH);
    }

    void updating(MessageDigest digest) {
        digest.update(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TreeHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Standard base64, as checkpoints and proofs write it. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
