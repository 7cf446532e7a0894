// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Signer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to a trail's file shows. */
class TrailVerifierTest {
    private static final int SIZE = 700;

    @TempDir Path temp;
    private final Signer signer = Trails.signer();
    private final TrailVerifier verifier = new TrailVerifier(Trails.ED25519);
    private final List<SignedNote> published = new ArrayList<>();
    private String vkey = "";
    private Path file = Path.of("");

    @BeforeEach
    void write() throws Exception {
        Path directory = temp.resolve("trail");
        try (SqliteTrail trail =
                Trails.open(Trails.settings(directory), signer, (_, note) -> published.add(note))) {
            Trails.fill(trail, SIZE);
            vkey = trail.verifier().vkey();
        }
        file = directory.resolve(TrailDirectory.DATABASE);
    }

    @Test
    void verify_untouched_isSound() throws Exception {
        VerifyReport report = verify(published);
        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(SIZE);
        assertThat(report.present()).isEqualTo(SIZE);
        assertThat(report.covered()).isEqualTo(SIZE);
        assertThat(report.checkpoints()).isEqualTo(2L * published.size());
    }

    @Test
    void verify_atRest_leavesNothingBesideTheFile() throws Exception {
        byte[] before = Files.readAllBytes(file);
        verify(List.of());
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(file.resolveSibling("."))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("trail.db", "trail.lock");
        }
    }

    @Test
    void verify_whileItIsWritten_isSound() throws Exception {
        try (SqliteTrail trail = Trails.open(temp.resolve("trail"), signer)) {
            Trails.fill(trail, 100);
            assertThat(verify(published).isSound()).isTrue();
            Trails.fill(trail, 100);
        }
        assertThat(verify(published).size()).isEqualTo(SIZE + 200);
    }

    @Test
    void verify_noKeyGiven_saysSo() throws Exception {
        VerifyReport report = verifier.verify(file, Optional.empty(), List.of());
        assertThat(report.isSound()).isTrue();
        assertThat(report.findings().getFirst().what()).contains("no key was given");
    }

    @Test
    void verify_strangersKeyGiven_isBrokenOrRefused() throws Exception {
        String name = vkey.substring(0, vkey.indexOf('+'));
        String stranger = new NoteVerifier(name, Trails.signer().key(), Trails.ED25519).vkey();
        assertThat(verifier.verify(file, Optional.of(stranger), List.of()).isSound()).isFalse();
        String other =
                new NoteVerifier("countersign/east/n2/ff", signer.key(), Trails.ED25519).vkey();
        assertThatThrownBy(() -> verifier.verify(file, Optional.of(other), List.of()))
                .isInstanceOf(BadNote.class);
    }

    static Stream<Arguments> edits() {
        return Stream.of(
                Arguments.of(
                        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'user3', 'user4') AS BLOB) WHERE seq = 333",
                        333),
                Arguments.of("UPDATE entry SET time = time + 1 WHERE seq = 5", 5),
                Arguments.of("UPDATE entry SET kind = 'act' WHERE seq = 5", 5),
                Arguments.of("UPDATE entry SET id = randomblob(16) WHERE seq = 5", 5),
                Arguments.of("UPDATE entry SET id = randomblob(15) WHERE seq = 5", 5),
                Arguments.of("DELETE FROM entry WHERE seq = 400", 400),
                Arguments.of("DELETE FROM entry WHERE seq >= 650", 650),
                Arguments.of("UPDATE entry SET seq = seq + 1000 WHERE seq = 10", 10),
                Arguments.of("UPDATE entry SET seq = -1 WHERE seq = 10", -1),
                Arguments.of(
                        "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 8) WHERE seq = 9",
                        9),
                Arguments.of("DELETE FROM tile WHERE level = 0 AND n = 1", 256),
                Arguments.of(
                        "UPDATE tile SET hashes = randomblob(length(hashes)) WHERE level = 0 AND n = 1",
                        256),
                Arguments.of(
                        "UPDATE tile SET hashes = randomblob(length(hashes)) WHERE level = 1", 0),
                Arguments.of("DELETE FROM tile WHERE level = 1", -1),
                Arguments.of("INSERT INTO tile VALUES (2, 0, randomblob(32))", -1),
                Arguments.of("UPDATE log SET size = 690", 512),
                Arguments.of("UPDATE log SET size = 900", 512),
                Arguments.of("DELETE FROM log", -1),
                Arguments.of("UPDATE log SET origin = 'countersign/east/n1/ff'", -1),
                Arguments.of(
                        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY size LIMIT 1) WHERE size = (SELECT max(size) FROM checkpoint)",
                        700),
                Arguments.of("UPDATE checkpoint SET size = size + 1 WHERE size = 700", 701),
                Arguments.of("UPDATE checkpoint SET note = 'x' WHERE size = 700", 700),
                Arguments.of("INSERT INTO removal VALUES (650, 400, 410, 1)", 650),
                Arguments.of("INSERT INTO removal VALUES (9999, 400, 410, 1)", 9999));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void verify_editedRow_namesTheFirstBadEntry(String sql, long first) throws Exception {
        edit(sql);
        VerifyReport report;
        try {
            report = verify(List.of());
        } catch (BadNote _) {
            assertThat(sql).contains("origin"); // the given key is that of another log
            return;
        }
        assertThat(report.firstBroken()).as(sql).isPresent();
        assertThat(report.firstBroken().orElseThrow().seq()).as(sql).isEqualTo(first);
    }

    @Test
    void verify_swappedEntries_isBroken() throws Exception {
        edit("UPDATE entry SET seq = 10000 WHERE seq = 20");
        edit("UPDATE entry SET seq = 20 WHERE seq = 21");
        edit("UPDATE entry SET seq = 21 WHERE seq = 10000");
        assertThat(verify(List.of()).firstBroken().orElseThrow().seq()).isEqualTo(20);
    }

    @Test
    void verify_plantedView_isRefused() {
        edit("CREATE VIEW sneaky AS SELECT * FROM entry");
        assertThatThrownBy(() -> verify(List.of())).isInstanceOf(TrailRefused.class);
    }

    /** Someone with file and key writes another end: all of it fits, but not what others saw. */
    @Test
    void verify_rewrittenSuffixWithTheKey_isSeenByThoseWhoHoldACheckpoint() throws Exception {
        Path forged = temp.resolve("forged");
        forgeEnd(forged, 600, 650);
        file = forged.resolve(TrailDirectory.DATABASE);
        assertThat(verify(List.of()).isSound()).isTrue();
        VerifyReport report = verify(published);
        assertThat(report.isSound()).isFalse();
        long first = report.firstBroken().orElseThrow().seq();
        assertThat(first).isBetween(600L, 650L);
        assertThat(report.covered()).isLessThanOrEqualTo(first);
    }

    @Test
    void verify_cutToAnEarlierCheckpoint_isSeenByThoseWhoHoldALaterOne() throws Exception {
        Path forged = temp.resolve("forged");
        forgeEnd(forged, 600, 600);
        file = forged.resolve(TrailDirectory.DATABASE);
        assertThat(verify(List.of()).isSound()).isTrue();
        Finding first = verify(published).firstBroken().orElseThrow();
        assertThat(first.seq()).isEqualTo(600);
        assertThat(first.what()).contains("others hold");
    }

    @Test
    void verify_clockWentBack_isANoticeAndNamesTheEntry() throws Exception {
        try (SqliteTrail trail = Trails.open(temp.resolve("trail"), signer)) {
            Instant now = Instant.now();
            trail.append(at(now.plusSeconds(7200)));
            trail.append(at(now));
        }
        VerifyReport report = verify(published);
        assertThat(report.isSound()).isTrue();
        assertThat(report.findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.seq()).isEqualTo(SIZE + 1);
                    assertThat(finding.what()).contains("PT2H");
                });
    }

    @Test
    void verify_truncatedFile_isBrokenOrRefused() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        for (int length : List.of(0, 50, 4096, 8192, bytes.length / 2, bytes.length - 4096)) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThat(isSeen(published)).as("cut to %d bytes", length).isTrue();
        }
    }

    /** Random edits of rows: none that changes what the log says goes unseen. */
    @Test
    void verify_randomEdits_noneGoesUnseen() throws Exception {
        long seed = 31337;
        Random random = new Random(seed);
        Path kept = temp.resolve("kept.db");
        Files.copy(file, kept);
        List<Long> checkpoints = checkpoints();
        assertThat(checkpoints).hasSizeGreaterThan(1);
        for (int round = 0; round < 100; round++) {
            Files.copy(kept, file, StandardCopyOption.REPLACE_EXISTING);
            List<String> sql = randomEdit(random, checkpoints);
            sql.forEach(this::edit);
            assertThat(isSeen(published)).as("seed %d, round %d: %s", seed, round, sql).isTrue();
        }
    }

    /** Random bits of the file: seen, unless the bit means nothing (free space, statistics). */
    @Test
    void verify_randomBitFlips_neverChangeWhatIsReadUnseen() throws Exception {
        long seed = 99;
        Random random = new Random(seed);
        byte[] bytes = Files.readAllBytes(file);
        List<String> logged = logged();
        for (int round = 0; round < 60; round++) {
            byte[] flipped = bytes.clone();
            int at = random.nextInt(bytes.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            boolean seen = isSeen(published);
            if (!seen) {
                assertThat(logged()).as("seed %d, byte %d", seed, at).isEqualTo(logged);
            }
        }
    }

    private static List<String> randomEdit(Random random, List<Long> checkpoints) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                int seq = random.nextInt(SIZE - 1);
                yield swapped("entry", "seq", seq, seq + 1);
            }
            case 1 -> {
                int one = random.nextInt(checkpoints.size() - 1);
                yield swapped("checkpoint", "size", checkpoints.get(one), checkpoints.get(one + 1));
            }
            default -> List.of(randomRowEdit(random));
        };
    }

    /** Two rows change places: reordered entries, swapped checkpoints. */
    private static List<String> swapped(String table, String key, long one, long other) {
        String move = "UPDATE " + table + " SET " + key + " = %d WHERE " + key + " = %d";
        return List.of(
                move.formatted(100_000, one),
                move.formatted(one, other),
                move.formatted(other, 100_000));
    }

    private List<Long> checkpoints() {
        try (Handle handle = TrailDatabase.examiner(file, Duration.ofSeconds(1))) {
            return handle.createQuery("SELECT size FROM checkpoint ORDER BY size")
                    .mapTo(Long.class)
                    .list();
        }
    }

    private static String randomRowEdit(Random random) {
        int seq = random.nextInt(SIZE);
        int other = (seq + 1 + random.nextInt(SIZE - 1)) % SIZE;
        int at = 1 + random.nextInt(500);
        return switch (random.nextInt(9)) {
            case 0 -> "DELETE FROM entry WHERE seq = " + seq;
            case 1 -> "DELETE FROM entry WHERE seq >= " + seq;
            case 2 ->
                    "UPDATE entry SET body = CAST(substr(body, 1, %d) || x'5F' || substr(body, %d) AS BLOB) WHERE seq = %d"
                            .formatted(at, at + 1, seq);
            case 3 -> "UPDATE entry SET time = time - 1 WHERE seq = " + seq;
            case 4 ->
                    "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = %d) WHERE seq = %d"
                            .formatted(other, seq);
            case 5 -> "UPDATE entry SET seq = seq + 100000 WHERE seq = " + seq;
            case 6 -> "UPDATE log SET size = " + seq;
            case 7 ->
                    "UPDATE checkpoint SET note = replace(note, 'a', 'b') WHERE size = (SELECT size FROM checkpoint WHERE note LIKE '%a%' ORDER BY size LIMIT 1)";
            default ->
                    "UPDATE tile SET hashes = randomblob(length(hashes)) WHERE n = %d"
                            .formatted(random.nextInt(3));
        };
    }

    private List<String> logged() {
        try (Handle handle = TrailDatabase.examiner(file, Duration.ofSeconds(1))) {
            return handle.createQuery("SELECT seq || CAST(body AS TEXT) FROM entry ORDER BY seq")
                    .mapTo(String.class)
                    .list();
        }
    }

    private boolean isSeen(List<SignedNote> held) throws Exception {
        try {
            return !verify(held).isSound();
        } catch (TrailRefused | BadNote _) {
            return true;
        }
    }

    /**
     * A log with the same name and the same first entries, but another end; all properly signed.
     */
    private void forgeEnd(Path directory, int from, int size) throws Exception {
        Files.createDirectories(directory);
        Path forged = directory.resolve(TrailDirectory.DATABASE);
        LogOrigin origin;
        try (Handle handle = TrailDatabase.examiner(file, Duration.ofSeconds(1))) {
            origin = LogRow.read(handle).origin();
        }
        TrailDirectory.createPrivate(forged);
        TrailStore.create(forged, origin, vkey, 0);
        List<AuditEntry> entries = new ArrayList<>();
        try (SqliteTrail real = Trails.open(temp.resolve("trail"), signer)) {
            for (StoredEntry stored : real.reader().from(0, from)) {
                entries.add(stored.entry());
            }
        }
        try (SqliteTrail trail = Trails.open(directory, signer)) {
            for (AuditEntry entry : entries) {
                trail.submit(entry);
            }
            Trails.fill(trail, size - from);
        }
    }

    private static AuditEntry at(Instant time) {
        return Entries.allow(Entries.nextId(), "ldap:ann").toBuilder().time(time).build();
    }

    private VerifyReport verify(List<SignedNote> held) throws Exception {
        return verifier.verify(file, Optional.of(vkey), held);
    }

    private void edit(String sql) {
        try (Handle handle = TrailDatabase.writer(file, Duration.ofSeconds(1))) {
            handle.execute(sql);
        }
    }
}
