// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A witness signs what extends what it signed, over restarts too, and nothing else. */
class WitnessedLogsTest {
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final String NAME = "countersign/east/n1/witness";
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String STREAM = "2026-03-01T09:00:00Z";
    private static final String ANOTHER = "2026-03-01T09:30:00Z";

    @TempDir Path temp;
    private Path folder;
    private WitnessedLogs witness;
    private FollowedLog followed;
    private PeerLog peer;

    @BeforeEach
    void begin() throws Exception {
        folder = temp.resolve("witness");
        peer = new PeerLog().grow(300);
        restart(STREAM, 0);
    }

    /** As a process that died and reads the stream of that name again. */
    private long restart(String stream, long last) throws Exception {
        WitnessStore store = WitnessStore.open(folder);
        witness = new WitnessedLogs(store, NAME, key(), ED25519);
        long position = witness.resume(stream, last);
        followed = witness.of(PeerLog.INSTANCE, PeerLog.LOG);
        return position;
    }

    private Signer key() throws Exception {
        return WitnessStore.open(folder).key(ED25519, new SecureRandom());
    }

    private void signedAt(int size) throws Exception {
        peer.bring(followed, 0, size);
        assertThat(witness.sign(NOW)).isEqualTo(1);
        assertThat(followed.signed().orElseThrow().size()).isEqualTo(size);
    }

    private Path note() {
        return folder.resolve(PeerLog.INSTANCE + "." + PeerLog.LOG + ".checkpoint");
    }

    @Test
    void sign_logThatGrows_putsATimedSignatureUnderTheNewestCheckpoint() throws Exception {
        signedAt(100);
        peer.bring(followed, 100, 150);
        peer.bring(followed, 150, 200);

        assertThat(witness.sign(NOW)).isEqualTo(1);
        assertThat(witness.sign(NOW)).as("nothing new").isZero();
        SignedNote note = SignedNote.parse(Files.readString(note()));
        assertThat(Checkpoint.parse(note).size()).isEqualTo(200);
        assertThat(CosignatureVerifier.parse(witness.vkey(), ED25519).cosigned(note)).contains(NOW);
        assertThat(followed.signedNote()).contains(note);
    }

    /** However a log is brought, and wherever the reading is broken off and resumed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void follow_inAnyPieces_hasTheTreeOfTheWholeLog(long seed) throws Exception {
        Random random = new Random(seed);
        int at = 0;
        while (at < peer.size()) {
            int to = Math.min(peer.size(), at + 1 + random.nextInt(20));
            if (random.nextBoolean()) {
                peer.removed(followed, at, to);
                peer.checkpoint(followed, to);
            } else {
                peer.bring(followed, at, to);
            }
            at = to;
            assertThat(followed.refusal()).isEmpty();
            assertThat(followed.mark().orElseThrow().subtrees())
                    .isEqualTo(peer.tree(at).subtrees());
            if (random.nextInt(4) == 0) {
                witness.sign(NOW);
                witness.save(STREAM, at);
                assertThat(restart(STREAM, at)).isEqualTo(at);
            }
        }
        assertThat(followed.size()).isEqualTo(300);
    }

    @Test
    void follow_beginningGone_startsAtTheFirstCheckpoint() throws Exception {
        followed.entry(40, peer.body(40));
        peer.bring(followed, 41, 60);
        peer.bring(followed, 60, 90);

        assertThat(witness.sign(NOW)).isEqualTo(1);
        assertThat(followed.signed().orElseThrow()).isEqualTo(Checkpoint.parse(peer.note(90)));
    }

    @Test
    void follow_suffixRewrittenWithTheLogsKey_isNeverSigned() throws Exception {
        signedAt(100);
        PeerLog forged = peer.rewrittenFrom(90);
        restart(ANOTHER, 0);
        forged.bring(followed, 0, 80);
        forged.bring(followed, 80, 200);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().contradicts()).isTrue();
        assertThat(followed.refusal().orElseThrow().what()).contains("another tree at 100");
    }

    @Test
    void follow_rewrittenWhereTheStreamBegins_isNeverSigned() throws Exception {
        signedAt(100);
        PeerLog forged = peer.rewrittenFrom(90);
        restart(ANOTHER, 0);
        forged.checkpoint(followed, 100);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().contradicts()).isTrue();
    }

    @Test
    void follow_beginsBehindWhatWasSigned_isNotSignedForItCannotBeCompared() throws Exception {
        signedAt(100);
        restart(ANOTHER, 0);
        peer.checkpoint(followed, 120);
        peer.bring(followed, 120, 200);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().contradicts()).isFalse();
    }

    @Test
    void follow_shorterThanWhatWasSigned_isNotSignedUntilItIsThere() throws Exception {
        signedAt(200);
        restart(ANOTHER, 0);
        peer.cutTo(150).bring(followed, 0, 150);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.isExtending()).isFalse();

        peer.bring(followed, 150, 250);
        assertThat(followed.isExtending()).isTrue();
        assertThat(witness.sign(NOW)).isEqualTo(1);
    }

    @Test
    void follow_sameEntriesUnderAnotherKey_isNotSigned() throws Exception {
        signedAt(100);
        PeerLog foreign = peer.underAnotherKey();
        foreign.bring(followed, 100, 200);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().what()).contains("another key");

        Files.deleteIfExists(folder.resolve("read"));
        restart(ANOTHER, 0);
        foreign.bring(followed, 0, 200);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal()).isPresent();
    }

    @Test
    void follow_entryTwice_isRefused() throws Exception {
        signedAt(100);
        followed.entry(99, peer.body(99));
        peer.bring(followed, 100, 200);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().what()).contains("entry 99 stands there twice");
    }

    @Test
    void follow_entryMissing_isRefused() throws Exception {
        signedAt(100);
        peer.bring(followed, 101, 200);

        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().what())
                .isEqualTo("entries 100 to 100 are missing");
    }

    @Test
    void follow_checkpointThatDoesNotFit_isRefused() {
        for (int seq = 0; seq < 100; seq++) {
            followed.entry(seq, peer.body(seq));
        }
        peer.rewrittenFrom(99).checkpoint(followed, 100);

        assertThat(followed.candidate()).isEmpty();
        assertThat(followed.refusal().orElseThrow().contradicts()).isTrue();
    }

    @Test
    void follow_subtreesOfAnotherTree_isRefused() {
        followed.checkpoint(
                100, peer.note(100), peer.vkey(), peer.rewrittenFrom(50).tree(100).subtrees(), 7);

        assertThat(followed.candidate()).isEmpty();
        assertThat(followed.refusal()).isPresent();
    }

    @Test
    void follow_broughtOnceMoreFromItsBeginning_goesOn() throws Exception {
        signedAt(100);
        peer.bring(followed, 0, 50);
        peer.bring(followed, 50, 200);

        assertThat(witness.sign(NOW)).isEqualTo(1);
    }

    @Test
    void restart_inTheSameStream_goesOnWhereItWas() throws Exception {
        signedAt(100);
        witness.save(STREAM, 4711);
        String key = witness.vkey();

        assertThat(restart(STREAM, 5000)).isEqualTo(4711);
        assertThat(witness.vkey()).isEqualTo(key);
        assertThat(followed.signedPlace()).isEqualTo(1100);
        peer.bring(followed, 100, 200);
        assertThat(witness.sign(NOW)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "countersign witness 1\n", "\u0000\u00ff", "log\tn2"})
    void restart_readingPlaceDamaged_readsEverythingAgainAndForgetsNothing(String damage)
            throws Exception {
        signedAt(100);
        witness.save(STREAM, 4711);
        Files.writeString(folder.resolve("read"), damage, StandardCharsets.ISO_8859_1);

        assertThat(restart(STREAM, 5000)).isZero();
        peer.rewrittenFrom(90).bring(followed, 0, 200);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().contradicts()).isTrue();
    }

    @Test
    void restart_streamWithLessThanWasRead_readsEverythingAgain() throws Exception {
        signedAt(100);
        witness.save(STREAM, 4711);

        assertThat(restart(STREAM, 4000)).isZero();
    }

    @Test
    void restart_afterARefusal_keepsItInAnyStream() throws Exception {
        signedAt(100);
        followed.entry(5, peer.body(5));
        witness.save(STREAM, 200);

        restart(STREAM, 200);
        assertThat(followed.refusal().orElseThrow().contradicts()).isTrue();
        restart(ANOTHER, 0);
        peer.bring(followed, 0, 200);
        assertThat(followed.refusal().orElseThrow().what()).contains("entry 5 stands there twice");
        assertThat(witness.sign(NOW)).isZero();
    }

    @Test
    void restart_diedBetweenSigningAndReadingPlace_holdsToWhatItSigned() throws Exception {
        peer.bring(followed, 0, 50);
        witness.save(STREAM, 50);
        peer.bring(followed, 50, 100);
        assertThat(witness.sign(NOW)).isEqualTo(1);

        assertThat(restart(STREAM, 500)).isEqualTo(50);
        assertThat(followed.isExtending()).isFalse();
        PeerLog forged = peer.rewrittenFrom(60);
        forged.bring(followed, 50, 200);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "countersign/east/n2/0a1b2c\n1\n", "\u00ff\u00fe"})
    void restart_whatWasSignedIsDamaged_signsNothingOfIt(String damage) throws Exception {
        signedAt(100);
        Files.writeString(note(), damage, StandardCharsets.ISO_8859_1);

        restart(ANOTHER, 0);
        peer.bring(followed, 0, 200);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().contradicts()).isFalse();
    }

    @Test
    void restart_whatWasSignedIsOfAnotherWitness_signsNothingOfIt() throws Exception {
        signedAt(100);
        Files.writeString(
                note(),
                new Cosigner(NAME, PeerLog.freshKey()).cosign(peer.note(50), NOW).encoded());

        restart(ANOTHER, 0);
        peer.bring(followed, 0, 200);
        assertThat(witness.sign(NOW)).isZero();
    }

    /** A folder restored from a copy: others have what it signed since. */
    @Test
    void remember_othersHaveMoreWithOurSignature_isHeldTo() throws Exception {
        signedAt(100);
        SignedNote later = new Cosigner(NAME, key()).cosign(peer.note(200), NOW);
        restart(ANOTHER, 0);

        witness.remember(followed, later);

        peer.rewrittenFrom(150).bring(followed, 0, 250);
        assertThat(witness.sign(NOW)).isZero();
        assertThat(followed.refusal().orElseThrow().what()).contains("another tree at 200");
    }

    @Test
    void remember_anotherTreeWithOurSignature_isAContradiction() throws Exception {
        signedAt(100);

        witness.remember(
                followed, new Cosigner(NAME, key()).cosign(peer.rewrittenFrom(10).note(100), NOW));

        assertThat(followed.refusal().orElseThrow().what()).contains("two trees of 100");
    }

    @Test
    void remember_signatureOfSomebodyElse_changesNothing() throws Exception {
        signedAt(100);

        witness.remember(
                followed, new Cosigner(NAME, PeerLog.freshKey()).cosign(peer.note(200), NOW));

        assertThat(followed.signed().orElseThrow().size()).isEqualTo(100);
        peer.bring(followed, 100, 150);
        assertThat(witness.sign(NOW)).isEqualTo(1);
    }

    @Test
    void folder_isOursAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("witness.nk"))))
                .isEqualTo("rw-------");
    }

    @Test
    void readingPlace_anyText_isThatPlaceOrRefused() throws Exception {
        ReadingPlace place =
                new ReadingPlace(
                        STREAM,
                        12,
                        List.of(
                                new FollowedLog.Mark(
                                        "n2",
                                        "0a1b",
                                        peer.vkey(),
                                        3,
                                        List.of(TreeHash.EMPTY, TreeHash.EMPTY),
                                        9,
                                        java.util.Optional.of(new Refusal(true, "tab\there")))));
        assertThat(ReadingPlace.parse(place.text())).isEqualTo(place);
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(place.text());
            for (int edit = random.nextInt(3); edit >= 0; edit--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            try {
                ReadingPlace read = ReadingPlace.parse(text.toString());
                assertThat(ReadingPlace.parse(read.text())).isEqualTo(read);
            } catch (BadNote refused) {
                assertThat(refused).hasMessageNotContaining("\n");
            }
        }
    }
}
