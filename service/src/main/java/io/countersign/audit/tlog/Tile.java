// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

/**
 * Up to 256 neighbouring hashes of one level of the tree, as C2SP tlog-tiles cuts it: the hashes of
 * tile level L are the roots of 256^L leaves each. Leaf hashes live in tiles of level 0 and stay
 * when bodies of entries go, so every old checkpoint can still be checked. Immutable: nobody writes
 * to the array, which is shared for speed.
 */
public final class Tile {
    /** A tile spans eight levels of the binary tree. */
    public static final int HEIGHT = 8;

    /** Hashes of a full tile. */
    public static final int WIDTH = 1 << HEIGHT;

    private final int level;
    private final long n;
    private final byte[] hashes;

    /**
     * A tile as it is stored.
     *
     * @param n counts the tiles of a level from the left
     * @param hashes 32 bytes each; fewer than 256 only at the right edge; taken over
     */
    public Tile(int level, long n, byte[] hashes) {
        this.level = level;
        this.n = n;
        this.hashes = hashes;
        if (hashes.length % TreeHash.LENGTH != 0 || count() > WIDTH) {
            throw new DamagedTree(
                    "tile %d/%d: %d bytes (expected: at most 256 times 32)"
                            .formatted(level, n, hashes.length));
        }
    }

    public int level() {
        return level;
    }

    public long n() {
        return n;
    }

    /** The array itself, not to be written to. */
    public byte[] hashes() {
        return hashes;
    }

    /** How many hashes there are. */
    public int count() {
        return hashes.length / TreeHash.LENGTH;
    }

    boolean isFull() {
        return count() == WIDTH;
    }

    /**
     * One of the hashes.
     *
     * @throws DamagedTree if there are not so many
     */
    public TreeHash hash(int index) {
        if (index >= count()) {
            throw new DamagedTree(
                    "tile %d/%d: %d hashes (expected: > %d)".formatted(level, n, count(), index));
        }
        return TreeHash.at(hashes, index * TreeHash.LENGTH);
    }

    /** Root of {@code 2^height} neighbouring hashes, {@code position} counted in such groups. */
    TreeHash subtree(int height, int position) {
        if (height == 0) {
            return hash(position);
        }
        return TreeHash.node(
                subtree(height - 1, 2 * position), subtree(height - 1, 2 * position + 1));
    }

    /** Root of a full tile: one hash of the level above. */
    TreeHash root() {
        return subtree(HEIGHT, 0);
    }

    /** The nodes of a tree whose tiles can be fetched. */
    public static MerkleTree.Nodes nodes(Source tiles) {
        return (level, n) -> {
            int height = level % HEIGHT;
            int shift = HEIGHT - height;
            Tile tile = tiles.tile(level / HEIGHT, n >> shift);
            return tile.subtree(height, (int) (n & ((1L << shift) - 1)));
        };
    }

    /** Where tiles come from. */
    @FunctionalInterface
    public interface Source {
        Tile tile(int level, long n);
    }
}
