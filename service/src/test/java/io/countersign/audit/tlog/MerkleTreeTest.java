// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Vectors of Certificate Transparency's reference implementation, and our own naive tree. */
class MerkleTreeTest {
    private static final List<String> LEAVES =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");
    private static final List<String> ROOTS =
            List.of(
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    private static final String D01 =
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    private static final String D0 =
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    private static final String D4567 =
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    private static final String D4 =
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    private static final String D67 =
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    private static final String D45 =
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

    private final List<TreeHash> leaves =
            LEAVES.stream().map(hex -> TreeHash.leaf(HexFormat.of().parseHex(hex))).toList();

    @Test
    void root_referenceLeaves_areThePublishedOnes() {
        for (int size = 0; size <= leaves.size(); size++) {
            assertThat(hex(MerkleTree.root(size, nodes(leaves)))).isEqualTo(ROOTS.get(size));
        }
    }

    @Test
    void inclusion_referenceLeaves_areThePublishedProofs() {
        assertThat(hexes(MerkleTree.inclusion(0, 8, nodes(leaves))))
                .containsExactly(D0, D01, D4567);
        assertThat(hexes(MerkleTree.inclusion(5, 8, nodes(leaves))))
                .containsExactly(D4, D67, ROOTS.get(4));
    }

    @Test
    void consistency_referenceLeaves_areThePublishedProofs() {
        assertThat(hexes(MerkleTree.consistency(1, 8, nodes(leaves))))
                .containsExactly(D0, D01, D4567);
        assertThat(hexes(MerkleTree.consistency(6, 8, nodes(leaves))))
                .containsExactly(D45, D67, ROOTS.get(4));
        assertThat(hexes(MerkleTree.consistency(2, 5, nodes(leaves)))).containsExactly(D01, D4);
    }

    @Test
    void proofs_allPairsOfSmallTrees_verifyAndOnlyThere() {
        List<TreeHash> many = leaves(40);
        for (int size = 1; size <= many.size(); size++) {
            TreeHash root = MerkleTree.root(size, nodes(many));
            for (int index = 0; index < size; index++) {
                List<TreeHash> proof = MerkleTree.inclusion(index, size, nodes(many));
                TreeHash leaf = many.get(index);
                assertThat(MerkleTree.isIncluded(index, size, leaf, proof, root)).isTrue();
                assertThat(MerkleTree.isIncluded(index + 1, size, leaf, proof, root)).isFalse();
                assertThat(MerkleTree.isIncluded(index, size, root, proof, leaf))
                        .isEqualTo(size == 1);
                List<TreeHash> longer = new ArrayList<>(proof);
                longer.add(leaf);
                assertThat(MerkleTree.isIncluded(index, size, leaf, longer, root)).isFalse();
            }
        }
    }

    @Test
    void consistency_allPairsOfSmallTrees_verifyAndOnlyThere() {
        List<TreeHash> many = leaves(40);
        for (int newer = 0; newer <= many.size(); newer++) {
            TreeHash newerRoot = MerkleTree.root(newer, nodes(many));
            for (int older = 0; older <= newer; older++) {
                TreeHash olderRoot = MerkleTree.root(older, nodes(many));
                List<TreeHash> proof = MerkleTree.consistency(older, newer, nodes(many));
                assertThat(MerkleTree.isConsistent(older, newer, olderRoot, newerRoot, proof))
                        .as("%d to %d", older, newer)
                        .isTrue();
                TreeHash wrong = TreeHash.leaf(new byte[] {1, 2, 3});
                assertThat(MerkleTree.isConsistent(older, newer, wrong, newerRoot, proof))
                        .isFalse();
                if (older > 0) {
                    assertThat(MerkleTree.isConsistent(older, newer, olderRoot, wrong, proof))
                            .isFalse();
                }
                if (!proof.isEmpty()) {
                    assertThat(
                                    MerkleTree.isConsistent(
                                            older,
                                            newer,
                                            olderRoot,
                                            newerRoot,
                                            proof.subList(0, proof.size() - 1)))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void edge_growingTree_hasTheNaiveRootAtEverySize() {
        long seed = 4711;
        Random random = new Random(seed);
        Map<String, Tile> stored = new HashMap<>();
        TreeEdge edge = TreeEdge.of(0, tiles(stored));
        List<TreeHash> many = leaves(1200);
        for (int i = 0; i < many.size(); i++) {
            edge.append(many.get(i));
            if (random.nextInt(20) == 0 || i == 255 || i == 511) { // a commit
                edge.changed().forEach(tile -> stored.put(tile.level() + "/" + tile.n(), tile));
                assertThat(edge.root())
                        .as("seed %d, size %d", seed, i + 1)
                        .isEqualTo(MerkleTree.root(i + 1, nodes(many)));
                edge = TreeEdge.of(i + 1, tiles(stored)); // a restart
                assertThat(edge.root()).isEqualTo(MerkleTree.root(i + 1, nodes(many)));
            }
        }
        edge.changed().forEach(tile -> stored.put(tile.level() + "/" + tile.n(), tile));
        MerkleTree.Nodes fromTiles = Tile.nodes(tiles(stored));
        assertThat(MerkleTree.inclusion(700, 1200, fromTiles))
                .isEqualTo(MerkleTree.inclusion(700, 1200, nodes(many)));
        assertThat(MerkleTree.consistency(300, 1200, fromTiles))
                .isEqualTo(MerkleTree.consistency(300, 1200, nodes(many)));
    }

    private static Tile.Source tiles(Map<String, Tile> stored) {
        return (level, n) -> Objects.requireNonNull(stored.get(level + "/" + n), "tile not stored");
    }

    static List<TreeHash> leaves(int count) {
        List<TreeHash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(TreeHash.leaf(new byte[] {(byte) i, (byte) (i >> 8)}));
        }
        return leaves;
    }

    /** The definition, recomputed from the leaves for every node. */
    private static MerkleTree.Nodes nodes(List<TreeHash> leaves) {
        return new MerkleTree.Nodes() {
            @Override
            public TreeHash node(int level, long n) {
                return level == 0
                        ? leaves.get((int) n)
                        : TreeHash.node(node(level - 1, 2 * n), node(level - 1, 2 * n + 1));
            }
        };
    }

    private static String hex(TreeHash hash) {
        return HexFormat.of().formatHex(hash.bytes());
    }

    private static List<String> hexes(List<TreeHash> hashes) {
        return hashes.stream().map(MerkleTreeTest::hex).toList();
    }
}
