// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): roots, inclusion and consistency
 * proofs out of the hashes of complete subtrees, wherever those are kept, and the two checks.
 */
public final class MerkleTree {
    private MerkleTree() {}

    /**
     * Hashes of complete subtrees: {@code node(level, n)} covers the leaves from n·2^level to
     * (n+1)·2^level, the latter not included.
     */
    @FunctionalInterface
    public interface Nodes {
        TreeHash node(int level, long n);
    }

    /** The root over the first {@code size} leaves. */
    public static TreeHash root(long size, Nodes nodes) {
        return size == 0 ? TreeHash.EMPTY : range(0, size, nodes);
    }

    /** Roots of the complete subtrees that the tree consists of, left to right. */
    public static List<TreeHash> subtrees(long size, Nodes nodes) {
        List<TreeHash> roots = new ArrayList<>();
        long done = 0;
        while (done < size) {
            long count = Long.highestOneBit(size - done);
            int level = Long.numberOfTrailingZeros(count);
            roots.add(nodes.node(level, done >> level));
            done += count;
        }
        return List.copyOf(roots);
    }

    /** Hashes from the leaf's sibling up to the root's child (RFC 9162 section 2.1.3.1). */
    public static List<TreeHash> inclusion(long index, long size, Nodes nodes) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("index: " + index + " (expected: < " + size + ")");
        }
        List<TreeHash> proof = new ArrayList<>();
        path(index, 0, size, nodes, proof);
        return List.copyOf(proof);
    }

    /** Shows that the tree of {@code newer} leaves extends that of {@code older} (2.1.4.1). */
    public static List<TreeHash> consistency(long older, long newer, Nodes nodes) {
        if (older < 0 || older > newer) {
            throw new IllegalArgumentException("older: " + older + " (expected: <= " + newer + ")");
        }
        List<TreeHash> proof = new ArrayList<>();
        if (older > 0 && older < newer) {
            subproof(older, 0, newer, true, nodes, proof);
        }
        return List.copyOf(proof);
    }

    /** Whether the proof leads from this leaf to this root (RFC 9162 section 2.1.3.2). */
    public static boolean isIncluded(
            long index, long size, TreeHash leaf, List<TreeHash> proof, TreeHash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        TreeHash hash = leaf;
        for (TreeHash sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = TreeHash.node(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = TreeHash.node(hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /** Whether the proof shows that the newer tree begins with the older (section 2.1.4.2). */
    public static boolean isConsistent(
            long older, long newer, TreeHash olderRoot, TreeHash newerRoot, List<TreeHash> proof) {
        if (older < 0 || older > newer) {
            return false;
        }
        if (older == newer) {
            return proof.isEmpty() && olderRoot.equals(newerRoot);
        }
        if (older == 0) {
            return proof.isEmpty() && olderRoot.equals(TreeHash.EMPTY);
        }
        boolean whole = (older & (older - 1)) == 0; // then its root is the first hash, unsaid
        if (proof.isEmpty() && !whole) {
            return false;
        }
        TreeHash start = whole ? olderRoot : proof.getFirst();
        return climb(older, newer, start, proof.subList(whole ? 0 : 1, proof.size()))
                .equals(new Roots(olderRoot, newerRoot));
    }

    private record Roots(TreeHash older, TreeHash newer) {}

    private static Roots climb(long older, long newer, TreeHash start, List<TreeHash> proof) {
        long node = older - 1;
        long last = newer - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        TreeHash olderHash = start;
        TreeHash newerHash = start;
        for (TreeHash hash : proof) {
            if (last == 0) {
                return new Roots(TreeHash.EMPTY, TreeHash.EMPTY); // longer than the tree is high
            }
            if ((node & 1) == 1 || node == last) {
                olderHash = TreeHash.node(hash, olderHash);
                newerHash = TreeHash.node(hash, newerHash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newerHash = TreeHash.node(newerHash, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0
                ? new Roots(olderHash, newerHash)
                : new Roots(TreeHash.EMPTY, TreeHash.EMPTY);
    }

    /** Hash over the leaves from {@code from} to {@code to}, not included. */
    private static TreeHash range(long from, long to, Nodes nodes) {
        long count = to - from;
        if ((count & (count - 1)) == 0) {
            int level = Long.numberOfTrailingZeros(count);
            return nodes.node(level, from >> level);
        }
        long middle = from + Long.highestOneBit(count);
        return TreeHash.node(range(from, middle, nodes), range(middle, to, nodes));
    }

    private static void path(long index, long from, long to, Nodes nodes, List<TreeHash> proof) {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            path(index, from, middle, nodes, proof);
            proof.add(range(middle, to, nodes));
        } else {
            path(index, middle, to, nodes, proof);
            proof.add(range(from, middle, nodes));
        }
    }

    private static void subproof(
            long older, long from, long to, boolean known, Nodes nodes, List<TreeHash> proof) {
        if (older == to) {
            if (!known) {
                proof.add(range(from, to, nodes));
            }
            return;
        }
        long middle = from + split(to - from);
        if (older <= middle) {
            subproof(older, from, middle, known, nodes, proof);
            proof.add(range(middle, to, nodes));
        } else {
            subproof(older, middle, to, false, nodes, proof);
            proof.add(range(from, middle, nodes));
        }
    }

    /** The largest power of two that is smaller than {@code count}. */
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }
}
