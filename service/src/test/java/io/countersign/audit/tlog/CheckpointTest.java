// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final String ORIGIN = "countersign/east/n1/0f3k";
    private static final Ed25519 ED25519 = Ed25519.best();

    private final Signer signer = signer();
    private final NoteVerifier verifier = new NoteVerifier(ORIGIN, signer.key(), ED25519);
    private final NoteSigner notes = new NoteSigner(ORIGIN, signer);
    private final List<TreeHash> leaves = MerkleTreeTest.leaves(7);

    /** The example key, text and signature of Go's note package. */
    @Test
    void isSigned_noteOfTheGoPackage_isTrue() throws Exception {
        NoteVerifier go =
                NoteVerifier.parse(
                        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                        ED25519);
        SignedNote note =
                SignedNote.parse(
                        """
                        If you think cryptography is the answer to your problem,
                        then you don't know what your problem is.

                        \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
                        """);
        assertThat(go.isSigned(note)).isTrue();
        assertThat(go.vkey())
                .isEqualTo("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        assertThat(go.isSigned(new SignedNote("other\n", note.signatures()))).isFalse();
    }

    @Test
    void verified_ourOwn_givesItBack() throws Exception {
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 20852163, leaves.getFirst());
        SignedNote note = notes.sign(checkpoint.text());
        SignedNote read = SignedNote.parse(note.encoded());
        assertThat(read).isEqualTo(note);
        NoteVerifier published = NoteVerifier.parse(verifier.vkey(), ED25519);
        assertThat(Checkpoint.verified(read, published)).isEqualTo(checkpoint);
    }

    @Test
    void verified_changedTextOrStrangersKey_isRefused() {
        SignedNote note = notes.sign(new Checkpoint(ORIGIN, 5, leaves.getFirst()).text());
        SignedNote changed =
                new SignedNote(
                        new Checkpoint(ORIGIN, 6, leaves.getFirst()).text(), note.signatures());
        assertThatThrownBy(() -> Checkpoint.verified(changed, verifier))
                .isInstanceOf(BadNote.class);
        NoteVerifier stranger = new NoteVerifier(ORIGIN, signer().key(), ED25519);
        assertThatThrownBy(() -> Checkpoint.verified(note, stranger)).isInstanceOf(BadNote.class);
    }

    @Test
    void verified_anotherLogsOrigin_isRefused() {
        SignedNote note =
                notes.sign(new Checkpoint("countersign/east/n2/ff", 5, leaves.getFirst()).text());
        assertThatThrownBy(() -> Checkpoint.verified(note, verifier))
                .isInstanceOf(BadNote.class)
                .hasMessageContaining("origin");
    }

    @Test
    void verified_witnessSignatureBesideOurs_isStillOurs() throws Exception {
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 5, leaves.getFirst());
        SignedNote witness = new NoteSigner("witness.example", signer()).sign(checkpoint.text());
        SignedNote both = notes.sign(checkpoint.text()).with(witness.signatures().getFirst());
        assertThat(Checkpoint.verified(SignedNote.parse(both.encoded()), verifier))
                .isEqualTo(checkpoint);
        assertThatThrownBy(() -> Checkpoint.verified(witness, verifier))
                .isInstanceOf(BadNote.class);
    }

    @Test
    void cosigned_byAWitness_isSaidWithItsTime_andNothingElseIs() throws Exception {
        Signer key = signer();
        Instant now = Instant.parse("2026-11-28T12:00:00Z");
        SignedNote plain = notes.sign(new Checkpoint(ORIGIN, 5, leaves.getFirst()).text());
        SignedNote both =
                SignedNote.parse(
                        new Cosigner("witness.example/w1", key).cosign(plain, now).encoded());
        CosignatureVerifier witness =
                CosignatureVerifier.parse(
                        new CosignatureVerifier("witness.example/w1", key.key(), ED25519).vkey(),
                        ED25519);

        assertThat(both.encoded()).startsWith(plain.encoded());
        assertThat(witness.cosigned(both)).contains(now);
        assertThat(witness.cosigned(plain)).isEmpty();
        assertThat(Checkpoint.verified(both, verifier).size()).isEqualTo(5);
        CosignatureVerifier other =
                new CosignatureVerifier("witness.example/w1", signer().key(), ED25519);
        assertThat(other.cosigned(both)).isEmpty();
        SignedNote moved =
                new SignedNote(
                        new Checkpoint(ORIGIN, 6, leaves.getFirst()).text(), both.signatures());
        assertThatThrownBy(() -> witness.cosigned(moved)).isInstanceOf(BadNote.class);
    }

    @Test
    void verify_proofOfAnEntry_holdsForItsBytesOnly() throws Exception {
        byte[] entry = {3, 0};
        List<TreeHash> four = leaves;
        MerkleTree.Nodes nodes =
                new MerkleTree.Nodes() {
                    @Override
                    public TreeHash node(int level, long n) {
                        return level == 0
                                ? four.get((int) n)
                                : TreeHash.node(node(level - 1, 2 * n), node(level - 1, 2 * n + 1));
                    }
                };
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 7, MerkleTree.root(7, nodes));
        InclusionProof proof =
                new InclusionProof(
                        3, MerkleTree.inclusion(3, 7, nodes), notes.sign(checkpoint.text()));
        InclusionProof read = InclusionProof.parse(proof.text());
        assertThat(read).isEqualTo(proof);
        assertThat(read.verify(entry, verifier)).isEqualTo(checkpoint);
        assertThatThrownBy(() -> read.verify(new byte[] {4, 0}, verifier))
                .isInstanceOf(BadNote.class);
        assertThat(InclusionProof.parse(proof.text().replace("index", "extra AAAA\nindex")))
                .isEqualTo(proof);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text\n",
                "text\n\n",
                "text\n\n- name AAAAAAAA\n",
                "text\n\n\u2014 name\n",
                "text\n\n\u2014 na+me AAAAAAAA\n",
                "text\n\n\u2014 name AAAA\n",
                "text\n\n\u2014 name AAAAAAA\n",
                "text\n\n\u2014 name AAAAAAAB==\n",
                "te\rxt\n\n\u2014 name AAAAAAAA\n",
                "text\n\n\u2014 name AAAAAAAA",
            })
    void parse_notANote_isRefused(String note) {
        assertThatThrownBy(() -> SignedNote.parse(note)).isInstanceOf(BadNote.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o\n5\n",
                "o\n05\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                "o\n-5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                "\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                "o\n5\n47DEQpj8HBSa\n",
                "o\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextra\n",
            })
    void parse_notACheckpoint_isRefused(String text) {
        SignedNote note = notes.sign(text);
        assertThatThrownBy(() -> Checkpoint.parse(note)).isInstanceOf(BadNote.class);
    }

    private static Signer signer() {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            return ED25519.signer(seed);
        }
    }
}
