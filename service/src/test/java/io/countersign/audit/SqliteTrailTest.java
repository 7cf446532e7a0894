// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.MerkleTree;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trail's file: what it survives, what it refuses, and what others get from it. */
class SqliteTrailTest {
    @TempDir Path temp;
    private final Signer signer = Trails.signer();

    private Path directory() {
        return temp.resolve("trail");
    }

    private Path database() {
        return directory().resolve(TrailDirectory.DATABASE);
    }

    private SqliteTrail open() throws Exception {
        return Trails.open(directory(), signer);
    }

    @Test
    void open_noDirectory_makesOneThatOnlyItsOwnerReads() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 3);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(directory())) {
                for (Path file : files.toList()) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    @Test
    void open_sameDirectoryAgain_continuesTheLog() throws Exception {
        LogOrigin origin;
        List<AuditEntry> first;
        try (SqliteTrail trail = open()) {
            origin = trail.origin();
            first = Trails.fill(trail, 600);
        }
        try (SqliteTrail trail = open()) {
            assertThat(trail.origin()).isEqualTo(origin);
            assertThat(trail.reader().size()).isEqualTo(600);
            List<AuditEntry> second = Trails.fill(trail, 600);
            assertThat(trail.reader().entry(first.get(7).id()).orElseThrow().seq()).isEqualTo(7);
            assertThat(trail.reader().entry(second.get(7).id()).orElseThrow().seq()).isEqualTo(607);
        }
    }

    @Test
    void open_inUse_isRefused() throws Exception {
        try (SqliteTrail _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(TrailRefused.class)
                    .hasMessageContaining("in use");
        }
        open().close();
    }

    @Test
    void open_anotherInstancesTrail_isRefused() throws Exception {
        open().close();
        TrailSettings other = TrailSettings.of(directory(), "east", "n2");
        assertThatThrownBy(() -> Trails.open(other, signer, CheckpointListener.NONE))
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("expected: one of east/n2");
    }

    @Test
    void open_anotherAuditKey_isRefused() throws Exception {
        open().close();
        assertThatThrownBy(() -> Trails.open(directory(), Trails.signer()))
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("audit key");
    }

    @Test
    void open_foreignFile_isRefusedAndLeftAlone() throws Exception {
        Files.createDirectories(directory());
        for (byte[] foreign :
                List.of(
                        new byte[0],
                        "my shopping list".getBytes(StandardCharsets.UTF_8),
                        otherSqliteFile())) {
            Files.write(database(), foreign);
            assertThatThrownBy(this::open)
                    .isInstanceOf(TrailRefused.class)
                    .hasMessageContaining("not a Countersign trail");
            assertThat(Files.readAllBytes(database())).isEqualTo(foreign);
        }
    }

    @Test
    void open_databaseGoneButLogLeft_isRefused() throws Exception {
        open().close();
        Files.delete(database());
        Files.createFile(directory().resolve("trail.db-wal"));
        assertThatThrownBy(this::open)
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("missing");
    }

    @Test
    void open_newerSchema_isRefused() throws Exception {
        open().close();
        edit("INSERT INTO migration VALUES (99, 'x', 'y')");
        assertThatThrownBy(this::open)
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("newer");
    }

    @Test
    void open_otherSchemaUnderOurVersion_isRefused() throws Exception {
        open().close();
        edit("UPDATE migration SET sha256 = 'x'");
        assertThatThrownBy(this::open)
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("not ours");
    }

    @Test
    void open_damagedPages_isRefused() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 2000);
        }
        byte[] bytes = Files.readAllBytes(database());
        for (int page = 3; page < 40; page++) {
            Arrays.fill(bytes, page * 4096, page * 4096 + 64, (byte) 0x5A);
        }
        Files.write(database(), bytes);
        assertThatThrownBy(this::open).isInstanceOf(TrailRefused.class);
        assertThat(Files.readAllBytes(database())).isEqualTo(bytes);
    }

    @Test
    void open_lastEntriesEditedOrCut_isRefused() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 300);
        }
        Path kept = temp.resolve("kept.db");
        Files.copy(database(), kept);
        for (String edit :
                List.of(
                        "UPDATE entry SET body = zeroblob(10) WHERE seq = 299",
                        "DELETE FROM entry WHERE seq = 299",
                        "UPDATE log SET size = 290",
                        "UPDATE log SET size = 299",
                        "DELETE FROM tile WHERE level = 0 AND n = 1",
                        "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1",
                        "UPDATE checkpoint SET note = 'x'")) {
            Files.copy(kept, database(), StandardCopyOption.REPLACE_EXISTING);
            edit(edit);
            assertThatThrownBy(this::open).as(edit).isInstanceOf(TrailRefused.class);
        }
    }

    @Test
    void open_halfMadeFileOfACrash_beginsAgain() throws Exception {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("trail.db.new"), "half");
        try (SqliteTrail trail = open()) {
            assertThat(trail.reader().size()).isZero();
        }
    }

    @Test
    void submit_queueFull_failsAtOnceAndIsCounted() throws Exception {
        TrailSettings settings = Trails.settings(directory()).withQueue(4);
        try (SqliteTrail trail = Trails.open(settings, signer, CheckpointListener.NONE);
                Handle intruder = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
            intruder.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                receipts.add(
                        trail.submit(Entries.allow(Entries.nextId(), "ldap:ann"))
                                .toCompletableFuture());
            }
            assertThat(trail.status().shed()).isPositive();
            assertThat(receipts.getLast()).isCompletedExceptionally();
            intruder.execute("ROLLBACK");
        }
    }

    /** What arrives while the disk is busy shares the next commit. */
    @Test
    void submit_manyWhileACommitRuns_shareTheNext() throws Exception {
        try (SqliteTrail trail = open();
                Handle intruder = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
            long before = trail.status().commits();
            intruder.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                receipts.add(
                        trail.submit(Entries.allow(Entries.nextId(), "ldap:ann"))
                                .toCompletableFuture());
            }
            intruder.execute("ROLLBACK");
            for (CompletableFuture<Receipt> receipt : receipts) {
                receipt.get();
            }
            assertThat(trail.status().commits() - before).isBetween(1L, 3L);
        }
    }

    /** A commit is on disk, not only in the page cache. */
    @Test
    void writer_hasTheSettingsThatDurabilityRestsOn() throws Exception {
        open().close();
        try (Handle writer = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
            assertThat(pragma(writer, "synchronous")).isEqualTo("2"); // FULL
            assertThat(pragma(writer, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(writer, "secure_delete")).isEqualTo("1");
        }
    }

    private static String pragma(Handle handle, String name) {
        return handle.createQuery("PRAGMA " + name).mapTo(String.class).one();
    }

    @Test
    void append_afterClose_fails() throws Exception {
        SqliteTrail trail = open();
        trail.close();
        assertThatThrownBy(() -> trail.append(Entries.allow()))
                .isInstanceOf(AuditUnavailable.class)
                .hasMessageContaining("closed");
    }

    @Test
    void append_sameEntryAgain_givesItsPlaceAndStandsOnce() throws Exception {
        try (SqliteTrail trail = open()) {
            Receipt first = trail.submit(Entries.allow()).toCompletableFuture().get();
            Trails.fill(trail, 3);
            assertThat(trail.submit(Entries.allow()).toCompletableFuture().get()).isEqualTo(first);
            assertThat(trail.status().size()).isEqualTo(4);
        }
    }

    @Test
    void append_idOfAnotherEntry_failsAloneAndSaysNothingOfIt() throws Exception {
        try (SqliteTrail trail = open()) {
            trail.append(Entries.allow());
            AuditEntry stranger = Entries.allow(Entries.ID, "ldap:mallory");
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            try (Handle intruder = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
                intruder.execute("BEGIN IMMEDIATE"); // so that the three share a batch
                receipts.add(submit(trail, Entries.allow(Entries.nextId(), "ldap:ann")));
                receipts.add(submit(trail, stranger));
                receipts.add(submit(trail, Entries.allow(Entries.nextId(), "ldap:bob")));
                intruder.execute("ROLLBACK");
            }
            receipts.getFirst().get();
            receipts.getLast().get();
            assertThatThrownBy(receipts.get(1)::get)
                    .hasMessageContaining("id taken")
                    .hasMessageNotContaining("mallory");
            assertThat(trail.status().size()).isEqualTo(3);
            assertThat(trail.status().failingSince()).isEmpty();
        }
    }

    private static CompletableFuture<Receipt> submit(AuditTrail trail, AuditEntry entry) {
        return trail.submit(entry).toCompletableFuture();
    }

    @Test
    void listener_everyCheckpoint_isSignedAndConsistentWithTheLast() throws Exception {
        List<SignedNote> notes = new CopyOnWriteArrayList<>();
        try (SqliteTrail trail =
                Trails.open(Trails.settings(directory()), signer, (_, note) -> notes.add(note))) {
            for (int i = 0; i < 40; i++) {
                trail.append(Entries.allow(Entries.nextId(), "ldap:ann"));
            }
            await().until(() -> notes.size() >= 4);
            Checkpoint before = Checkpoint.verified(notes.getFirst(), trail.verifier());
            for (SignedNote note : notes) {
                Checkpoint now = Checkpoint.verified(note, trail.verifier());
                assertThat(
                                MerkleTree.isConsistent(
                                        before.size(),
                                        now.size(),
                                        before.root(),
                                        now.root(),
                                        trail.reader().consistency(before.size(), now.size())))
                        .isTrue();
                before = now;
            }
            assertThat(trail.reader().checkpointsBeyond(0, 100)).isEqualTo(notes);
        }
        assertThat(Checkpoint.parse(notes.getLast()).size()).isEqualTo(40);
    }

    @Test
    void proof_anyEntry_verifiesOffline() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 700);
        }
        try (SqliteTrail trail = open()) {
            NoteVerifier published = NoteVerifier.parse(trail.verifier().vkey(), Trails.ED25519);
            for (long seq : List.of(0L, 255L, 256L, 511L, 699L)) {
                InclusionProof proof =
                        InclusionProof.parse(trail.reader().proof(seq).orElseThrow().text());
                byte[] body = trail.reader().entry(seq).orElseThrow().body();
                assertThat(proof.verify(body, published).size()).isEqualTo(700);
                body[20] ^= 1;
                assertThatThrownBy(() -> proof.verify(body, published)).isInstanceOf(BadNote.class);
            }
            assertThat(trail.reader().proof(700)).isEmpty();
        }
    }

    @Test
    void follow_whileEntriesArrive_givesEachOnceInOrder() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 5);
            TrailFollower follower = trail.reader().follow(3);
            Thread filler =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    Trails.fill(trail, 300);
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            List<Long> seen = new ArrayList<>();
            while (seen.size() < 302) {
                follower.next(50, Duration.ofSeconds(5)).forEach(e -> seen.add(e.seq()));
            }
            filler.join();
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i)).isEqualTo(3 + i);
            }
            assertThat(follower.next(50, Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void standing_checkpointsOfOthers_tellsWhetherTheLogMayGoOn() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 40);
            Checkpoint seen = Checkpoint.parse(trail.reader().checkpointsBeyond(0, 1).getFirst());
            TrailReader reader = trail.reader();
            assertThat(reader.standing(seen)).isEqualTo(Standing.EXTENDS);
            assertThat(reader.standing(new Checkpoint(seen.origin(), 41, seen.root())))
                    .isEqualTo(Standing.BEHIND);
            assertThat(reader.standing(new Checkpoint(seen.origin(), 3, seen.root())))
                    .isEqualTo(Standing.FORKED);
            assertThat(reader.standing(new Checkpoint("countersign/east/n1/ff", 3, seen.root())))
                    .isEqualTo(Standing.ANOTHER_LOG);
        }
    }

    @Test
    void open_directoryOthersMayRead_isMadePrivate() throws Exception {
        Files.createDirectories(directory());
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
    }

    @Test
    void latest_someEntries_newestFirst() throws Exception {
        try (SqliteTrail trail = open()) {
            Trails.fill(trail, 20);
            assertThat(trail.reader().latest(3))
                    .extracting(StoredEntry::seq)
                    .containsExactly(19L, 18L, 17L);
        }
    }

    private void edit(String sql) {
        try (Handle handle = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
            handle.execute(sql);
        }
    }

    private byte[] otherSqliteFile() throws Exception {
        Path other = temp.resolve("other.db");
        Files.deleteIfExists(other);
        try (Handle handle = TrailDatabase.writer(other, Duration.ofSeconds(1))) {
            handle.execute("CREATE TABLE t (x)");
        }
        return Files.readAllBytes(other);
    }
}
