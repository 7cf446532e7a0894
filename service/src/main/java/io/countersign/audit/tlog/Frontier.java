// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * A tree read from left to right, remembering only the roots of its complete subtrees: one for each
 * bit of its size. Used by one thread.
 */
public final class Frontier {
    private final List<TreeHash> subtrees = new ArrayList<>();
    private final Completed completed;
    private final TreeHasher hasher = new TreeHasher();
    private long size;

    /** Is told each subtree of whole tiles as it completes: the n-th root of that tile level. */
    @FunctionalInterface
    public interface Completed {
        void subtree(int tileLevel, long n, TreeHash root);
    }

    public Frontier(Completed completed) {
        this.completed = completed;
    }

    /**
     * Goes on from a tree of that size.
     *
     * @param roots as {@link MerkleTree#subtrees} gives them; that they are right shows in {@link
     *     #root()}
     * @throws DamagedTree if a tree of that size has another number of them
     */
    public static Frontier at(long size, List<TreeHash> roots) {
        return at(size, roots, (_, _, _) -> {});
    }

    /** As {@link #at(long, List)}, and says what completes from there on. */
    public static Frontier at(long size, List<TreeHash> roots, Completed completed) {
        if (Long.bitCount(size) != roots.size()) {
            throw new DamagedTree(
                    "%d subtrees (expected: %d for %d entries)"
                            .formatted(roots.size(), Long.bitCount(size), size));
        }
        Frontier frontier = new Frontier(completed);
        int next = roots.size();
        for (int level = 0; size >> level > 0; level++) {
            boolean complete = ((size >> level) & 1) == 1;
            // A level without a complete subtree is overwritten before it is read.
            frontier.subtrees.add(complete ? roots.get(--next) : TreeHash.EMPTY);
        }
        frontier.size = size;
        return frontier;
    }

    public long size() {
        return size;
    }

    /** The next leaf. */
    public void add(TreeHash leaf) {
        TreeHash hash = leaf;
        int level = 0;
        while (((size >> level) & 1) == 1) {
            hash = hasher.node(subtrees.get(level), hash);
            level++;
            if (level % Tile.HEIGHT == 0) {
                completed.subtree(level / Tile.HEIGHT, size >> level, hash);
            }
        }
        if (level == subtrees.size()) {
            subtrees.add(hash);
        } else {
            subtrees.set(level, hash);
        }
        size++;
    }

    /** Roots of the complete subtrees, left to right: what {@link #at} goes on from. */
    public List<TreeHash> subtrees() {
        List<TreeHash> roots = new ArrayList<>();
        for (int level = subtrees.size() - 1; level >= 0; level--) {
            if (((size >> level) & 1) == 1) {
                roots.add(subtrees.get(level));
            }
        }
        return roots;
    }

    /** Root over all leaves so far. */
    public TreeHash root() {
        if (size == 0) {
            return TreeHash.EMPTY;
        }
        int level = Long.numberOfTrailingZeros(size);
        TreeHash hash = subtrees.get(level);
        for (level++; size >> level > 0; level++) {
            if (((size >> level) & 1) == 1) {
                hash = hasher.node(subtrees.get(level), hash);
            }
        }
        return hash;
    }
}
