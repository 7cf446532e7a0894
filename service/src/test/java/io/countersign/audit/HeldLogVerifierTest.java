// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Signer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is judged by what others received of it, piece by piece. */
class HeldLogVerifierTest {
    private static final int ENTRIES = 300;
    private static final Instant RECEIVED = Entries.NOW.plusSeconds(1);

    private final Signer signer = Trails.signer();

    @TempDir Path directory;
    private LogOrigin origin;
    private String vkey;
    private List<LogPiece> pieces;

    @BeforeEach
    void write() throws Exception {
        try (SqliteTrail trail = Trails.open(directory, signer)) {
            for (int i = 0; i < ENTRIES / 30; i++) {
                Trails.fill(trail, 30);
            }
            origin = trail.origin();
            vkey = trail.verifier().vkey();
        }
        try (SqliteTrail trail = Trails.open(directory, signer)) {
            pieces = new ArrayList<>();
            LogPlace place = LogPlace.START;
            for (List<LogPiece> page = trail.reader().pieces(place, 64);
                    !page.isEmpty();
                    page = trail.reader().pieces(place, 64)) {
                pieces.addAll(page);
                place = page.getLast().after();
            }
        }
    }

    @Test
    void verify_asItWasWritten_isSound() {
        VerifyReport report = verify(pieces);

        assertThat(report.firstBroken()).isEmpty();
        assertThat(report.origin()).isEqualTo(origin.toString());
        assertThat(report.size()).isEqualTo(ENTRIES);
        assertThat(report.covered()).isEqualTo(ENTRIES);
        assertThat(report.checkpoints()).isGreaterThan(3);
    }

    @Test
    void verify_beginningGone_isSoundFromTheFirstCheckpointOn() {
        int cut = firstCheckpointAfter(100);
        VerifyReport report = verify(pieces.subList(cut, pieces.size()));

        assertThat(report.firstBroken()).isEmpty();
        assertThat(report.covered()).isEqualTo(ENTRIES);
    }

    @Test
    void verify_beginningGoneAndAnEntryChangedLater_isBroken() {
        int cut = firstCheckpointAfter(100);
        List<LogPiece> rest = changed(200, HeldLogVerifierTest::edited).subList(cut, pieces.size());

        assertThat(verify(rest).firstBroken()).isPresent();
    }

    @Test
    void verify_entryMissing_namesItsPlace() {
        List<LogPiece> without = new ArrayList<>(pieces);
        without.remove(indexOf(150));

        assertThat(verify(without).firstBroken().orElseThrow().seq()).isEqualTo(150);
    }

    @Test
    void verify_entryTwice_namesItsPlace() {
        List<LogPiece> doubled = new ArrayList<>(pieces);
        doubled.add(indexOf(150), pieces.get(indexOf(150)));

        assertThat(verify(doubled).firstBroken().orElseThrow())
                .satisfies(f -> assertThat(f.seq()).isEqualTo(150))
                .satisfies(f -> assertThat(f.what()).contains("second time"));
    }

    @Test
    void verify_entryChanged_isBrokenBeforeTheNextCheckpoint() {
        long next = ((LogPiece.Noted) pieces.get(firstCheckpointAfter(150))).size();

        assertThat(
                        verify(changed(150, HeldLogVerifierTest::edited))
                                .firstBroken()
                                .orElseThrow()
                                .seq())
                .isBetween(150L, next);
    }

    @Test
    void verify_checkpointOfAnotherKey_isBroken() throws Exception {
        HeldLogVerifier verifier =
                new HeldLogVerifier(
                        origin.instance(),
                        origin.log(),
                        Optional.of(
                                new NoteVerifier(
                                        origin.toString(), Trails.signer().key(), Trails.ED25519)),
                        Trails.ED25519);
        feed(verifier, pieces);

        assertThat(verifier.report().firstBroken().orElseThrow().what()).contains("not signed by");
    }

    @Test
    void verify_subtreesOfAnotherTree_isBroken() {
        List<LogPiece> wrong = new ArrayList<>(pieces);
        int at = firstCheckpointAfter(100);
        LogPiece.Noted noted = (LogPiece.Noted) pieces.get(at);
        List<TreeHash> subtrees = noted.subtrees().stream().map(_ -> TreeHash.EMPTY).toList();
        wrong.set(at, new LogPiece.Noted(noted.size(), noted.note(), subtrees));

        assertThat(verify(wrong).firstBroken().orElseThrow().seq()).isEqualTo(noted.size() - 1);
    }

    /** Entries lost, doubled, swapped or changed on the way or in the stream. */
    @Test
    void verify_randomEdits_noneGoesUnseen() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            List<LogPiece> edited = new ArrayList<>(pieces);
            int at = indexOf(random.nextInt(ENTRIES));
            int other = indexOf(random.nextInt(ENTRIES));
            LogPiece.Present was = (LogPiece.Present) pieces.get(at);
            int edit = at == other ? 0 : random.nextInt(4);
            switch (edit) {
                case 0 -> edited.remove(at);
                case 1 -> edited.add(other, was);
                case 2 -> Collections.swap(edited, at, other);
                default -> {
                    byte[] body = was.entry().body();
                    body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
                    edited.set(
                            at,
                            new LogPiece.Present(
                                    was.id(), new StoredEntry(was.entry().seq(), body)));
                }
            }
            assertThat(verify(edited).isSound())
                    .as("round %d, edit %d of piece %d", round, edit, at)
                    .isFalse();
        }
    }

    @Test
    void verify_clockOfTheInstanceJumped_isNamedWithItsEntry() {
        HeldLogVerifier verifier = verifier();
        verifier.entry(0, body(0, RECEIVED), RECEIVED);
        verifier.entry(1, body(1, RECEIVED.plusSeconds(3600)), RECEIVED);
        verifier.entry(2, body(2, RECEIVED), RECEIVED);

        assertThat(verifier.report().isSound()).isTrue();
        assertThat(verifier.report().findings().stream().map(Finding::toString))
                .contains(
                        "entry 1: the clock was PT1H ahead of the stream's",
                        "entry 2: the clock went back by PT1H");
    }

    private byte[] body(long seq, Instant time) {
        AuditEntry entry =
                AuditEntry.of(Kind.DECISION, Entries.nextId(), time, "n1")
                        .decision(AuditEntry.ALLOW)
                        .build();
        return new Append(entry, 0).body(origin.log(), seq);
    }

    private VerifyReport verify(List<LogPiece> received) {
        HeldLogVerifier verifier = verifier();
        feed(verifier, received);
        return verifier.report();
    }

    private HeldLogVerifier verifier() {
        return new HeldLogVerifier(
                origin.instance(), origin.log(), Optional.empty(), Trails.ED25519);
    }

    private void feed(HeldLogVerifier verifier, List<LogPiece> received) {
        for (LogPiece piece : received) {
            switch (piece) {
                case LogPiece.Present(_, var entry) ->
                        verifier.entry(entry.seq(), entry.body(), RECEIVED);
                case LogPiece.Removed(var first, var leaves) -> verifier.removed(first, leaves);
                case LogPiece.Noted(var size, var note, var subtrees) ->
                        verifier.checkpoint(size, note, vkey, subtrees);
            }
        }
    }

    private int indexOf(long seq) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof LogPiece.Present(_, var entry) && entry.seq() == seq) {
                return i;
            }
        }
        throw new AssertionError("no entry " + seq);
    }

    private int firstCheckpointAfter(long size) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof LogPiece.Noted noted && noted.size() > size) {
                return i;
            }
        }
        throw new AssertionError("no checkpoint beyond " + size);
    }

    private List<LogPiece> changed(long seq, UnaryOperator<byte[]> edit) {
        List<LogPiece> all = new ArrayList<>(pieces);
        int at = indexOf(seq);
        LogPiece.Present was = (LogPiece.Present) pieces.get(at);
        all.set(
                at,
                new LogPiece.Present(
                        was.id(), new StoredEntry(seq, edit.apply(was.entry().body()))));
        return all;
    }

    private static byte[] edited(byte[] body) {
        byte[] other = body.clone();
        other[other.length - 3] ^= 1;
        return other;
    }
}
