// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The right edge of a growing tree: the last tile of each level, which is all that appending and
 * the current root need. Tiles that changed are collected until {@link #changed()} hands them out.
 * Used by one thread.
 */
public final class TreeEdge {
    private final List<GrowingTile> levels = new ArrayList<>();
    private final List<Tile> filled = new ArrayList<>();
    private long size;

    /** The edge of a tree of that size; fetches at most one tile for each level. */
    public static TreeEdge of(long size, Tile.Source tiles) {
        TreeEdge edge = new TreeEdge();
        edge.size = size;
        long count = size;
        for (int level = 0; count > 0; level++, count >>= Tile.HEIGHT) {
            long n = count >> Tile.HEIGHT;
            int rest = (int) (count & (Tile.WIDTH - 1));
            byte[] hashes = rest == 0 ? new byte[0] : tiles.tile(level, n).hashes();
            edge.levels.add(new GrowingTile(level, n, hashes, rest));
        }
        return edge;
    }

    public long size() {
        return size;
    }

    /** The next leaf. */
    public void append(TreeHash leaf) {
        add(0, leaf);
        size++;
    }

    /** Root over all leaves so far; costs some hundred hashes. */
    public TreeHash root() {
        return MerkleTree.root(size, Tile.nodes((level, _) -> levels.get(level).tile()));
    }

    /** Tiles to store since the last call: the full ones, then those at the edge. */
    public List<Tile> changed() {
        List<Tile> tiles = new ArrayList<>(filled);
        filled.clear();
        for (GrowingTile growing : levels) {
            if (growing.changed && growing.count > 0) {
                tiles.add(growing.tile());
            }
            growing.changed = false;
        }
        return tiles;
    }

    private void add(int level, TreeHash hash) {
        if (level == levels.size()) {
            levels.add(new GrowingTile(level, 0, new byte[0], 0));
        }
        GrowingTile growing = levels.get(level);
        growing.add(hash);
        if (growing.count == Tile.WIDTH) {
            Tile full = growing.tile();
            filled.add(full);
            growing.next();
            add(level + 1, full.root());
        }
    }

    private static final class GrowingTile {
        private final int level;
        private long n;
        private final byte[] hashes = new byte[Tile.WIDTH * TreeHash.LENGTH];
        private int count;
        private boolean changed;

        GrowingTile(int level, long n, byte[] stored, int count) {
            if (stored.length < count * TreeHash.LENGTH) {
                throw new DamagedTree(
                        "tile %d/%d: %d bytes (expected: >= %d)"
                                .formatted(level, n, stored.length, count * TreeHash.LENGTH));
            }
            this.level = level;
            this.n = n;
            this.count = count;
            System.arraycopy(stored, 0, hashes, 0, count * TreeHash.LENGTH);
        }

        void add(TreeHash hash) {
            hash.copyTo(hashes, count * TreeHash.LENGTH);
            count++;
            changed = true;
        }

        void next() {
            n++;
            count = 0;
            changed = false;
        }

        Tile tile() {
            return new Tile(level, n, Arrays.copyOf(hashes, count * TreeHash.LENGTH));
        }
    }
}
