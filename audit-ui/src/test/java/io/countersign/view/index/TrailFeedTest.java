// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Erasure;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.crypto.Ed25519;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailFeedTest {
    @TempDir private Path directory;
    private TestTrail trail;
    private AuditIndex index;

    @BeforeEach
    void open() throws Exception {
        trail = TestTrail.open(directory.resolve("trail"), "n1");
        index = AuditIndex.open(directory.resolve("index.db"));
    }

    @AfterEach
    void close() throws Exception {
        index.close();
        trail.close();
    }

    private List<Row> feed() throws Exception {
        trail.close(); // signs a checkpoint over all of it
        Feed.ofTrailOnce(trail.file(), index).run();
        return Rows.oldestFirst(
                index.page(new Search(Query.ALL, TimeRange.ALL, Scope.ALL), Cursor.NEWEST, 5000)
                        .rows());
    }

    @Test
    void proof_everyEntryOfATrail_fitsItsCheckpoint() throws Exception {
        trail.append(new Entries(3, 5, 5, 10).next(700));

        List<Row> rows = feed();

        TrailState state = index.trails().getFirst();
        assertThat(state.condition(state.heard(), Duration.ofMinutes(1)))
                .isEqualTo(TrailState.Condition.VERIFIED);
        assertThat(state.verified()).isEqualTo(700);
        for (Row row : rows) {
            Proof proof = index.proof(row).orElseThrow();
            assertThat(proof.isVerified()).as("entry %d", row.entry().seq()).isTrue();
            proof.inclusion().verify(row.body(), NoteVerifier.parse(proof.vkey(), Ed25519.best()));
        }
        byte[] changed = rows.getFirst().body().clone();
        changed[changed.length / 2] ^= 1;
        Row forged = new Row(0, rows.getFirst().entry(), "", false, changed);
        assertThat(index.proof(forged).orElseThrow().isVerified()).isFalse();
    }

    @Test
    void feed_readAgainFromTheStart_changesNothing() throws Exception {
        trail.append(new Entries(3, 5, 5, 10).next(300));
        List<Row> rows = feed();
        index.take(index.trails().getFirst().log(), 0, List.of());

        try (AuditIndex other = AuditIndex.open(directory.resolve("other.db"))) {
            Feed.ofTrailOnce(trail.file(), other).run();
            Feed.ofTrailOnce(trail.file(), other).run();
            assertThat(
                            other.page(
                                            new Search(Query.ALL, TimeRange.ALL, Scope.ALL),
                                            Cursor.NEWEST,
                                            5000)
                                    .rows())
                    .extracting(Row::id)
                    .isEqualTo(rows.reversed().stream().map(Row::id).toList());
        }
    }

    /** The person is in no answer any more, and what stood beside it still can be proven. */
    @Test
    void erasure_inTheTrail_takesThePersonOutOfTheIndex() throws Exception {
        List<AuditEntry> entries = new Entries(3, 4, 5, 10).next(600);
        trail.append(entries);
        Feed.ofTrailOnce(trail.file(), index).run();
        Search person = new Search(Query.parse("user:user1"), TimeRange.ALL, Scope.ALL);
        assertThat(index.count(person).total()).isPositive();

        trail.keeper()
                .erase(
                        new Erasure(
                                "users:user1",
                                "user1",
                                Instant.parse("2027-01-01T00:00:00Z"),
                                "mara",
                                "ticket 1"));
        List<Row> rows = feed();

        assertThat(rows)
                .noneMatch(row -> decision(row) && row.entry().principal().equals("users:user1"));
        assertThat(
                        index.count(
                                        new Search(
                                                Query.parse("user:user1 -outcome:act"),
                                                TimeRange.ALL,
                                                Scope.ALL))
                                .total())
                .isZero();
        for (Row row : rows) {
            assertThat(index.proof(row).orElseThrow().isVerified()).isTrue();
        }
    }

    private static boolean decision(Row row) {
        return row.entry().kind() == io.countersign.audit.Kind.DECISION;
    }

    @Test
    void retain_oldEntries_goFromEveryAnswer() {
        List<AuditEntry> entries = new Entries(3, 5, 5, 1000).next(Block.SIZE + 5000);
        index.ingest("test", 1, entries);
        Instant oldest = entries.get(Block.SIZE + 100).time();

        index.retain(oldest);

        Search all = new Search(Query.ALL, TimeRange.ALL, Scope.ALL);
        long left = index.count(all).total();
        // In the order in which the source took them: some are a little older than the first.
        assertThat(left).isBetween(4800L, 5000L);
        assertThat(index.entry(entries.getFirst().id().toString(), Scope.ALL)).isEmpty();
        try (AuditIndex again = AuditIndex.open(directory.resolve("index.db"))) {
            assertThat(again.count(all).total()).isEqualTo(left);
            assertThat(again.lastArrival()).isEqualTo(Block.SIZE + 4999L);
        }
    }

    @Test
    void open_indexOfAnotherVersion_isBuiltAnew() {
        index.ingest("test", 7, new Entries(3, 5, 5, 10).next(10));
        index.close();
        org.jdbi.v3.core.Jdbi.create("jdbc:sqlite:" + directory.resolve("index.db"))
                .useHandle(h -> h.execute("UPDATE meta SET value = '999' WHERE name = 'version'"));

        index = AuditIndex.open(directory.resolve("index.db"));

        assertThat(index.position("test")).isZero();
        assertThat(index.lastArrival()).isEqualTo(-1);
    }

    @Test
    void trails_gapAndForgery_areNamed() {
        List<AuditEntry> entries = new Entries(3, 5, 5, 10).next(100);
        List<AuditEntry> ofOne = entries.stream().filter(e -> e.log().equals("log0")).toList();
        index.ingest("test", 1, List.of(ofOne.get(0), ofOne.get(1), ofOne.get(4)));
        index.ingest("test", 2, List.of(ofOne.get(1).toBuilder().detail("changed").build()));

        TrailState state = index.trails().getFirst();

        assertThat(state.gap()).isEqualTo("entries 2 to 3");
        assertThat(state.broken()).isEqualTo("entry 1 stands there a second time, changed");
        assertThat(state.condition(state.heard(), Duration.ofMinutes(1)))
                .isEqualTo(TrailState.Condition.BROKEN);
    }

    @Test
    void suggest_startOfAName_givesValuesOfTheScopeOnly() {
        index.ingest("test", 1, new Entries(3, 50, 50, 10).next(2000));
        Search app = new Search(Query.ALL, TimeRange.ALL, Scope.of(java.util.Set.of("APP")));

        assertThat(index.suggest(app, Field.ACCOUNT, "", 8))
                .extracting(Counted.Value::value)
                .containsExactly("APP");
        assertThat(index.suggest(app, Field.PRINCIPAL, "users:user1", 8))
                .isNotEmpty()
                .allMatch(value -> value.value().startsWith("users:user1"));
    }
}
