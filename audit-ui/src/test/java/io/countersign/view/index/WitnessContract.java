// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.view.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What proofs say of witnesses, whatever database is behind the index. */
abstract class WitnessContract {
    private static final Instant SIGNED = Instant.parse("2026-11-23T10:00:30Z");

    private final SignedLog log = new SignedLog();
    private final SignedLog.Witness known = SignedLog.Witness.of("n2");
    private final SignedLog.Witness other = SignedLog.Witness.of("n3");
    private AuditIndex index;

    /** Of an empty database. */
    abstract String address();

    @BeforeEach
    void open() throws Exception {
        index = AuditIndex.open(address(), new Witnesses(List.of(known.key())));
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void take(Piece... pieces) {
        index.take("test", 1, List.of(pieces));
    }

    private Proof proof(int seq) {
        return index.proof(index.entry("log1", seq, Scope.ALL).orElseThrow()).orElseThrow();
    }

    @Test
    void proof_checkpointThatAKnownWitnessSigned_saysWhoAndWhen() throws Exception {
        for (int size : List.of(3, 4, 5)) {
            index.take("test", 1, log.entries(size));
            take(log.checkpoint(size));
        }
        take(log.cosigned(known, 4, SIGNED));

        Proof proof = proof(1);

        assertThat(proof.isVerified()).isTrue();
        assertThat(proof.checkpoint().size()).isEqualTo(4);
        assertThat(proof.witnesses())
                .containsExactly(new Proof.Witness(known.name(), Optional.of(SIGNED)));
        InclusionProof downloaded = InclusionProof.parse(proof.inclusion().text());
        assertThat(known.key().cosigned(downloaded.checkpoint())).contains(SIGNED);
        downloaded.verify(
                Samples.entry(1).encoded(), NoteVerifier.parse(log.vkey(), Ed25519.best()));
    }

    /** The stream delivers in order, and more than once; an index must not depend on either. */
    @Test
    void proof_piecesInWhateverOrderAndTwice_isTheSame() throws Exception {
        List<Piece> pieces =
                List.of(
                        log.checkpoint(5),
                        log.cosigned(known, 5, SIGNED),
                        log.cosigned(known, 5, SIGNED.plusSeconds(60)),
                        log.cosigned(other, 5, SIGNED));
        List<String> proofs = new ArrayList<>();
        for (int first = 0; first < pieces.size(); first++) {
            for (int second = 0; second < pieces.size(); second++) {
                List<Piece> order = new ArrayList<>(pieces);
                order.addFirst(order.remove(first));
                order.addLast(order.remove(second));
                index.clear();
                index.take("test", 1, log.entries(5));
                for (Piece piece : order) {
                    take(piece);
                }
                index.take("test", 1, order.reversed());
                proofs.add(proof(2).inclusion().text() + proof(2).witnesses());
            }
        }
        assertThat(proofs.getFirst()).contains(SIGNED.toString());
        assertThat(proofs).containsOnly(proofs.getFirst());
        assertThat(index.trails()).allMatch(trail -> trail.broken().isEmpty());
    }

    /** Anybody who may publish can sign with a key of their own, under any name. */
    @Test
    void proof_keysThatNobodyNamed_areNeverVerified() throws Exception {
        SignedLog.Witness forger = SignedLog.Witness.of("n2");
        index.take("test", 1, log.entries(5));
        take(log.checkpoint(5), log.cosigned(other, 5, SIGNED), log.cosigned(forger, 5, SIGNED));

        assertThat(proof(1).isVerified()).isTrue();
        assertThat(proof(1).witnesses())
                .containsExactly(new Proof.Witness(other.name(), Optional.empty()));

        take(log.cosigned(known, 5, SIGNED));
        assertThat(proof(1).witnesses())
                .containsExactlyInAnyOrder(
                        new Proof.Witness(other.name(), Optional.empty()),
                        new Proof.Witness(known.name(), Optional.of(SIGNED)));
        SignedNote downloaded = InclusionProof.parse(proof(1).inclusion().text()).checkpoint();
        assertThat(known.key().cosigned(downloaded)).contains(SIGNED);
        assertThat(other.key().cosigned(downloaded)).contains(SIGNED);
    }

    /** Not even the instance itself could change what another one signed, unseen. */
    @Test
    void trails_checkpointsThatOthersSigned_sayHowFarTheKnownOneWent() throws Exception {
        SignedNote strangers = new SignedLog().note(5, TreeHash.leaf(new byte[] {1}));
        for (int size : List.of(2, 3, 4, 5)) {
            index.take("test", 1, log.entries(size));
            take(log.checkpoint(size));
        }
        take(log.cosigned(other, 4, SIGNED), log.cosigned(SignedLog.Witness.of("n2"), 4, SIGNED));
        assertThat(index.trails().getFirst().witnessed()).isEmpty();

        take(
                log.cosigned(known, 3, SIGNED),
                log.cosigned(known, 2, SIGNED.plusSeconds(30)), // came late
                log.cosigned(known, strangers, SIGNED)); // of a tree that this log does not have
        assertThat(index.trails().getFirst().witnessed())
                .contains(new TrailState.Witnessed(3, known.name(), SIGNED));
    }

    @Test
    void take_whatIsNotWhatItSays_isNotKept() throws Exception {
        SignedNote checkpoint = log.checkpoint(5).note();
        SignedNote elsewhere =
                new SignedNote(
                        checkpoint.text().replace("/n1/log1", "/n1/log2"), checkpoint.signatures());
        SignedNote nonsense = new SignedNote("no checkpoint\n", checkpoint.signatures());
        SignedNote crowded = checkpoint;
        for (int i = 0; i < 12; i++) {
            crowded = crowded.with(checkpoint.signatures().getFirst());
        }
        index.take("test", 1, log.entries(5));
        take(
                log.checkpoint(5),
                SignedLog.told("n2", checkpoint, known.key().vkey()), // it did not sign
                SignedLog.told("n2", checkpoint, "no key at all"),
                SignedLog.told(
                        "n3", log.cosigned(known, 5, SIGNED).told().note(), known.key().vkey()),
                log.cosigned(known, elsewhere, SIGNED),
                log.cosigned(known, nonsense, SIGNED));

        assertThat(proof(1).witnesses()).isEmpty();

        take(log.cosigned(known, crowded, SIGNED)); // only the two signatures of it are kept
        assertThat(proof(1).witnesses()).hasSize(1);
        assertThat(proof(1).inclusion().checkpoint().signatures()).hasSize(2);
    }

    @Test
    void take_moreStrangersThanAnybodyNeeds_keepsSomeAndTheKnownOne() throws Exception {
        index.take("test", 1, log.entries(5));
        take(log.checkpoint(5));
        for (int i = 0; i < 20; i++) {
            take(log.cosigned(SignedLog.Witness.of("x" + i), 5, SIGNED));
        }
        take(log.cosigned(known, 5, SIGNED));

        assertThat(proof(1).witnesses())
                .hasSize(17)
                .filteredOn(Proof.Witness::isVerified)
                .containsExactly(new Proof.Witness(known.name(), Optional.of(SIGNED)));
    }

    @Test
    void take_signatureUnderALogThatNobodyRead_makesNoTrail() throws Exception {
        take(log.cosigned(known, 5, SIGNED));
        assertThat(index.trails()).isEmpty();

        index.take("test", 1, log.entries(5));
        take(log.cosigned(known, 5, SIGNED), log.cosigned(other, 5, SIGNED));
        // The witness spoke, and not the log: that may be silent for a long time.
        assertThat(index.trails().getFirst().heard()).isEqualTo(Instant.ofEpochMilli(1000));
    }

    /** Two trees of one size under the log's own key: the log told two stories. */
    @Test
    void take_anotherTreeThatTheLogsKeySigned_breaksTheTrail() throws Exception {
        SignedNote another = log.note(5, TreeHash.leaf(new byte[] {1}));
        SignedNote strangers = new SignedLog().note(5, TreeHash.leaf(new byte[] {1}));
        for (boolean before : List.of(true, false)) {
            index.clear();
            index.take("test", 1, log.entries(5));
            take(before ? log.cosigned(other, strangers, SIGNED) : log.checkpoint(5));
            take(before ? log.checkpoint(5) : log.cosigned(other, strangers, SIGNED));
            assertThat(index.trails().getFirst().broken()).isEmpty();

            index.clear();
            index.take("test", 1, log.entries(5));
            take(log.cosigned(SignedLog.Witness.of("n3"), strangers, SIGNED)); // hides nothing
            take(before ? log.cosigned(other, another, SIGNED) : log.checkpoint(5));
            take(before ? log.checkpoint(5) : log.cosigned(other, another, SIGNED));
            assertThat(index.trails().getFirst().broken())
                    .isEqualTo(
                            "checkpoint of 5 entries: %s signed one with another root, and so did the log's key"
                                    .formatted(other.name()));
            assertThat(proof(1).witnesses()).isEmpty();
        }
    }
}
