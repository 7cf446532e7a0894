// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies go, proofs stay. */
class TrailKeeperTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path temp;
    private final Signer signer = Trails.signer();
    private final List<SignedNote> held = new ArrayList<>();
    private final EntryIds ids = new EntryIds(Clock.systemUTC(), new SecureRandom());
    private SqliteTrail trail;
    private TrailKeeper keeper;

    @BeforeEach
    void open() throws Exception {
        trail = Trails.open(Trails.settings(directory()), signer, (_, note) -> held.add(note));
        keeper = keeper(trail);
    }

    @AfterEach
    void close() throws IOException {
        trail.close();
    }

    private TrailKeeper keeper(SqliteTrail of) {
        Clock clock = Clock.systemUTC();
        return new TrailKeeper(
                of,
                new AuditDrafts(
                        "n1", ids, clock, System::nanoTime, text -> "h:" + text.hashCode()));
    }

    private Path directory() {
        return temp.resolve("trail");
    }

    /** One entry an hour, in turn of ann, bob and eve. */
    private List<AuditEntry> hours(int count) throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        String[] names = {"ann", "bob", "eve"};
        for (int i = 0; i < count; i++) {
            entries.add(
                    Entries.allow(Entries.nextId(), "ldap:" + names[i % 3]).toBuilder()
                            .presented(new Presented(names[i % 3], "h"))
                            .time(START.plus(Duration.ofHours(i)))
                            .build());
        }
        for (AuditEntry entry : entries) {
            trail.append(entry);
        }
        return entries;
    }

    @Test
    void retain_byAge_removesOldBodiesAndEveryProofHolds() throws Exception {
        hours(600);
        byte[] old = trail.reader().entry(7).orElseThrow().body();
        Removed removed =
                keeper.retain(
                        new Retention(Optional.of(Duration.ofHours(100)), Optional.empty()),
                        START.plus(Duration.ofHours(600)));
        assertThat(removed.entries()).isEqualTo(500);
        assertThat(trail.reader().entry(499)).isEmpty();
        assertThat(trail.reader().entry(500)).isPresent();
        AuditEntry act = trail.reader().entry(removed.act().orElseThrow()).orElseThrow().entry();
        assertThat(act.reason()).isEqualTo("trail-retention");
        Trails.fill(trail, 10); // the next checkpoint
        assertThat(trail.reader().proof(7).orElseThrow().verify(old, trail.verifier()).size())
                .isGreaterThan(600);
        VerifyReport report = verify();
        assertThat(report.isSound()).isTrue();
        assertThat(report.removed()).isEqualTo(500);
    }

    @Test
    void retain_nothingOldEnough_writesNoAct() throws Exception {
        hours(50);
        Removed removed =
                keeper.retain(
                        new Retention(Optional.of(Duration.ofDays(365)), Optional.of(1L << 40)),
                        START.plus(Duration.ofHours(50)));
        assertThat(removed.act()).isEmpty();
        assertThat(trail.reader().size()).isEqualTo(50);
    }

    @Test
    void retain_bySize_shrinksTheFile() throws Exception {
        Trails.fill(trail, 3000);
        trail.alone(store -> store.handle().execute("PRAGMA wal_checkpoint(TRUNCATE)")).get();
        long before = Files.size(database());
        Removed removed =
                keeper.retain(
                        new Retention(Optional.empty(), Optional.of(before / 2)), Instant.now());
        assertThat(removed.entries()).isBetween(1000L, 2500L);
        assertThat(Files.size(database())).isLessThan(before * 2 / 3);
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void retain_actsAndStarts_stay() throws Exception {
        trail.append(Entries.act().toBuilder().time(START).build());
        hours(20);
        keeper.retain(
                new Retention(Optional.of(Duration.ofHours(1)), Optional.empty()),
                START.plus(Duration.ofDays(30)));
        assertThat(trail.reader().entry(0).orElseThrow().entry().kind()).isEqualTo(Kind.ACT);
        assertThat(trail.reader().entry(1)).isEmpty();
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void erase_onePrincipal_takesItsDecisionsAndVerdictsOnly() throws Exception {
        List<AuditEntry> entries = hours(60);
        UUID annsLast = entries.get(57).id();
        trail.append(verdict(annsLast));
        trail.append(verdict(entries.get(58).id()));
        byte[] annsBody = trail.reader().entry(0).orElseThrow().body();
        Removed removed = keeper.erase(erasure("ldap:ann", ""));
        assertThat(removed.entries()).isEqualTo(21);
        assertThat(trail.reader().entry(0)).isEmpty();
        assertThat(trail.reader().entry(1)).isPresent();
        assertThat(trail.reader().entry(60)).isEmpty();
        assertThat(trail.reader().entry(61)).isPresent();
        Trails.fill(trail, 10);
        assertThat(trail.reader().proof(0).orElseThrow().verify(annsBody, trail.verifier()))
                .isNotNull();
        assertThat(verify().isSound()).isTrue();
        assertThat(verify().removed()).isEqualTo(21);
        AuditEntry act = trail.reader().entry(removed.act().orElseThrow()).orElseThrow().entry();
        assertThat(act.by()).isEqualTo("oidc:carol");
        assertThat(act.detail()).contains("reference=DSR-12");
        assertThat(new String(act.encoded(), StandardCharsets.UTF_8)).doesNotContain("ann");
    }

    @Test
    void erase_onePrincipal_leavesNoByteOfItInAnyFile() throws Exception {
        String marker = "Marker-Anneliese-Marker";
        for (int i = 0; i < 400; i++) {
            trail.append(Entries.allow(Entries.nextId(), "ldap:" + marker + (i % 2)));
        }
        assertThat(filesContain(marker + "0")).isTrue();
        keeper.erase(erasure("ldap:" + marker + "0", ""));
        assertThat(filesContain(marker + "0")).isFalse();
        assertThat(filesContain(marker + "1")).isTrue();
    }

    @Test
    void erase_presentedName_takesRefusalsThatOnlyClaimedIt() throws Exception {
        trail.append(Entries.deny(Entries.nextId(), "10.0.0.7")); // presents "ann"
        hours(3);
        assertThat(keeper.erase(erasure("ldap:ann", "")).entries()).isEqualTo(1);
        assertThat(keeper.erase(erasure("ldap:ann", "ann")).entries()).isEqualTo(1);
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void erase_unknownPrincipal_writesNoAct() throws Exception {
        hours(3);
        assertThat(keeper.erase(erasure("ldap:nobody", "")).act()).isEmpty();
        assertThat(trail.reader().size()).isEqualTo(3);
    }

    @Test
    void hold_onePrincipal_keepsItFromRetentionAndErasure() throws Exception {
        hours(30);
        keeper.hold(
                new Hold("case-7", "ldap:ann", START, START.plus(Duration.ofHours(15))),
                "oidc:carol");
        assertThat(keeper.holds()).extracting(Hold::name).containsExactly("case-7");
        Removed erased = keeper.erase(erasure("ldap:ann", ""));
        assertThat(erased.entries()).isEqualTo(5);
        assertThat(erased.held()).isEqualTo(5);
        keeper.retain(
                new Retention(Optional.of(Duration.ofHours(1)), Optional.empty()),
                START.plus(Duration.ofDays(30)));
        assertThat(trail.reader().entry(0)).isPresent();
        assertThat(trail.reader().entry(1)).isEmpty();
        assertThat(keeper.release("case-7", "oidc:carol")).isTrue();
        assertThat(keeper.release("case-7", "oidc:carol")).isFalse();
        assertThat(keeper.erase(erasure("ldap:ann", "")).entries()).isEqualTo(5);
        assertThat(trail.reader().entry(0)).isEmpty();
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void open_removalInterruptedByACrash_isFinished() throws Exception {
        hours(30);
        RangeSet places = new RangeSet();
        places.add(new RangeSet.Range(0, 9));
        AuditEntry act =
                AuditEntry.of(Kind.ACT, Entries.nextId(), Instant.now(), "n1")
                        .reason(Removal.RETENTION)
                        .detail(Removal.detail(places))
                        .build();
        trail.append(act);
        trail.onWriter(store -> store.handle().execute("INSERT INTO removal VALUES (30, 0, 9, 0)"))
                .get();
        trail.close();
        trail = Trails.open(directory(), signer);
        await().until(() -> trail.reader().entry(9).isEmpty());
        assertThat(trail.reader().entry(10)).isPresent();
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void verify_bodiesRemovedBehindTheActsBack_isBroken() throws Exception {
        hours(60);
        keeper.erase(erasure("ldap:ann", ""));
        trail.close();
        try (Handle handle = TrailDatabase.writer(database(), Duration.ofSeconds(1))) {
            handle.execute("DELETE FROM entry WHERE seq = 31");
            assertThat(verify().firstBroken().orElseThrow().seq()).isEqualTo(31);
            handle.execute("INSERT INTO removal VALUES (60, 31, 31, 1)");
            assertThat(verify().isSound()).isFalse();
        }
    }

    @Test
    void backup_whileWritten_isSoundAndMarked() throws Exception {
        hours(50);
        keeper.erase(erasure("ldap:ann", ""));
        Path target = temp.resolve("copy.db");
        trail.backup(target);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        VerifyReport report =
                new TrailVerifier(Trails.ED25519)
                        .verify(target, Optional.of(trail.verifier().vkey()), List.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(51);
        assertThatThrownBy(() -> trail.backup(target))
                .isInstanceOf(FileAlreadyExistsException.class);
        Path other = temp.resolve("other");
        Files.createDirectories(other);
        Files.copy(target, other.resolve(TrailDirectory.DATABASE));
        assertThatThrownBy(() -> Trails.open(other, signer))
                .isInstanceOf(TrailRefused.class)
                .hasMessageContaining("is a backup");
    }

    private static Erasure erasure(String principal, String presented) {
        return new Erasure(
                principal, presented, Instant.now().plusSeconds(60), "oidc:carol", "DSR-12");
    }

    private static AuditEntry verdict(UUID decision) {
        return Entries.verdict().toBuilder().id(Entries.nextId()).refersTo(decision).build();
    }

    private Path database() {
        return directory().resolve(TrailDirectory.DATABASE);
    }

    private VerifyReport verify() throws Exception {
        return new TrailVerifier(Trails.ED25519)
                .verify(database(), Optional.of(trail.verifier().vkey()), held);
    }

    private boolean filesContain(String text) throws IOException {
        try (var files = Files.list(directory())) {
            for (Path file : files.toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (bytes.contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
