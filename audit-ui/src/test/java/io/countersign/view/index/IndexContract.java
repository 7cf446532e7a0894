// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages rely on, whatever database is behind the index. */
abstract class IndexContract {
    private String address = "";
    private AuditIndex index;

    /** Of an empty database. */
    abstract String address();

    @BeforeEach
    void open() {
        address = address();
        index = AuditIndex.open(address);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void fill() {
        index.ingest("test", 90, IntStream.range(0, 90).mapToObj(Samples::entry).toList());
    }

    @Test
    void ingest_sameEntriesAgain_changesNothing() {
        fill();

        int taken = index.ingest("test", 95, List.of(Samples.entry(1), Samples.entry(2)));

        assertThat(taken).isZero();
        assertThat(index.position("test")).isEqualTo(95);
        assertThat(all("")).hasSize(90);
    }

    @Test
    void reopen_sameDatabase_goesOnWhereItWas() {
        fill();
        try (AuditIndex again = AuditIndex.open(address)) {
            assertThat(again.position("test")).isEqualTo(90);
            assertThat(again.lastArrival()).isEqualTo(89);
            assertThat(again.count(search("")).total()).isEqualTo(90);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user:alice | 60",
                "user:bob | 30",
                "user:users:bob | 30",
                "user:al* | 60",
                "principal:users:bob | 30",
                "outcome:denied | 60",
                "-outcome:deny | 30",
                "NOT outcome:deny | 30",
                "outcome:allow OR user:alice | 90",
                "(rule:services OR user:alice) -account:APP | 60",
                "-(rule:services OR reason:no-rule) | 60",
                "account:* | 30",
                "-account:* | 60",
                "reason:bad-credential,no-rule | 60",
                "addr:10.1.0.0/16 | 60",
                "addr:10.0.0.0/9 | 60",
                "addr:10.128.0.0/9 | 0",
                "addr:0.0.0.0/0 | 60",
                "addr:10.1.0.1 | 1",
                "addr:::ffff:10.1.0.1 | 1",
                "addr:10.1.0.0/29 | 5",
                "addr:10.2.0.0/16 | 0",
                "-addr:10.0.0.0/8 account:APP | 30",
                "alice | 60",
                "ali* | 60",
                "\"ALICE\" -app | 0",
                "\"bad credential\" | 60",
                "\"credential bad\" | 0",
                "bad-credential | 60",
                "rule:services user:alice | 0",
                "seq:3..5 | 3",
                "seq:>=88 | 2",
                "seq:log1/7 | 1",
                "seq:log2/7 | 0",
                "lang:GO | 60",
                "kind:client type:nats | 60",
                "is:first | 61",
                "outcome:act | 0",
            })
    void page_query_findsExactlyWhatMatches(String query, int found) {
        fill();

        assertThat(all(query).size()).isEqualTo(found);
        assertThat(index.count(search(query)).total()).isEqualTo(found);
    }

    /** Also a field that somebody adds: it needs a value here. */
    @Test
    void page_everyField_findsItsPlantedEntryAndItsNegationDoesNot() {
        fill();
        AuditEntry planted = Samples.planted();
        index.ingest("test", 1, List.of(planted, Samples.verdict(95, "timeout", planted)));
        Map<Field, String> values = Samples.plantedValues();

        assertThat(values).containsOnlyKeys(Field.values());
        values.forEach((field, value) -> {
            String query = field.word() + ":" + value;
            assertThat(all(query))
                    .as(query)
                    .extracting(Row::id)
                    .contains(planted.id().toString())
                    .hasSizeLessThan(3);
            assertThat(all("-" + query))
                    .as("-" + query)
                    .extracting(Row::id)
                    .doesNotContain(planted.id().toString())
                    .hasSizeGreaterThan(89);
        });
    }

    @Test
    void page_keyset_givesEveryEntryOnceBothWays() {
        fill();
        List<String> older = new ArrayList<>();
        Page page = index.page(search(""), Cursor.NEWEST, 7);
        page.rows().forEach(row -> older.add(row.id()));
        while (page.hasOlder()) {
            page = index.page(search(""), new Cursor.OlderThan(older.getLast()), 7);
            page.rows().forEach(row -> older.add(row.id()));
        }
        List<String> newer = new ArrayList<>();
        page = index.page(search(""), Cursor.OLDEST, 7);
        page.rows().reversed().forEach(row -> newer.add(row.id()));
        while (page.hasNewer()) {
            page = index.page(search(""), new Cursor.NewerThan(newer.getLast()), 7);
            page.rows().reversed().forEach(row -> newer.add(row.id()));
        }

        assertThat(older).hasSize(90).doesNotHaveDuplicates();
        assertThat(newer.reversed()).isEqualTo(older);
        assertThat(older.getFirst()).isEqualTo(Samples.entry(0).id().toString());
    }

    @Test
    void page_cursorOfAnEntryThatIsGone_goesOnAtItsTime() {
        fill();
        String gone =
                new java.util.UUID(Samples.NOW.minusSeconds(80).toEpochMilli() << 16, 1).toString();

        assertThat(index.page(search(""), new Cursor.OlderThan(gone), 50).rows()).hasSize(9);
        assertThat(index.page(search(""), new Cursor.NewerThan(gone), 100).rows()).hasSize(80);
    }

    @Test
    void scope_accounts_hideAllOthers() {
        fill();
        Scope app = Scope.of(Set.of("APP"));
        Search search = new Search(Query.ALL, TimeRange.ALL, app);
        AuditEntry denied = Samples.entry(1);

        assertThat(index.page(search, Cursor.NEWEST, 100).rows()).hasSize(30);
        assertThat(index.count(search).total()).isEqualTo(30);
        assertThat(index.facets(search).what().of(Field.USER)).isEmpty();
        assertThat(index.entry(denied.id().toString(), app)).isEmpty();
        assertThat(index.entry("log1", 1, app)).isEmpty();
        assertThat(index.entry(denied.id().toString(), Scope.ALL)).isPresent();
        assertThat(index.arrivals(search, -1, 100)).hasSize(30);
    }

    /** Verdicts name no account of their own: they belong to the login that they are about. */
    @Test
    void scope_verdictsAndActs_areOfTheEntryThatTheyReferTo() {
        AuditEntry app = Samples.allow(0, "users:bob");
        AuditEntry edge = Samples.allow(3, "users:eve").toBuilder().account("EDGE").build();
        AuditEntry ofApp = Samples.verdict(6, "accepted", app);
        AuditEntry ofEdge = Samples.verdict(9, "refused-by-server", edge);
        AuditEntry lie = Samples.verdict(12, "ended", edge).toBuilder().account("APP").build();
        AuditEntry lost = Samples.verdict(15, "ended", Samples.allow(99, "users:x"));
        index.ingest("test", 1, List.of(app, edge, ofApp, ofEdge, lie, lost));
        Scope scope = Scope.of(Set.of("APP"));

        assertThat(index.about(app.id().toString(), scope))
                .extracting(Row::id)
                .containsExactly(ofApp.id().toString());
        assertThat(index.about(edge.id().toString(), scope)).isEmpty();
        assertThat(index.about(edge.id().toString(), Scope.ALL)).hasSize(2);
        assertThat(index.entry(lie.id().toString(), scope)).isEmpty();
        assertThat(index.entry(lost.id().toString(), scope)).isEmpty();
        assertThat(
                        index.page(new Search(Query.ALL, TimeRange.ALL, scope), Cursor.NEWEST, 10)
                                .rows())
                .extracting(Row::id)
                .containsExactlyInAnyOrder(app.id().toString(), ofApp.id().toString());
    }

    @Test
    void counts_sameSearch_sumUpToIt() {
        fill();
        Search hour =
                new Search(
                        Query.ALL,
                        new TimeRange(Samples.NOW.minusSeconds(3600), Samples.NOW.plusSeconds(1)),
                        Scope.ALL);

        assertThat(index.facets(hour).what().of(Field.OUTCOME))
                .containsExactly(new Counted.Value("deny", 60), new Counted.Value("allow", 30));
        assertThat(sum(index.histogram(hour, 10).what())).isEqualTo(90);
    }

    private static long sum(Counted.Histogram histogram) {
        return histogram.bars().stream().mapToLong(Counted.Bar::count).sum();
    }

    @Test
    void search_timeIsUp_givesWhatItHasAndSaysSo() {
        fill();
        index.close();
        index = AuditIndex.open(address, Duration.ofNanos(-1));

        assertThat(index.page(search(""), Cursor.NEWEST, 10).isComplete()).isFalse();
        assertThat(index.facets(search("")).isComplete()).isFalse();
        assertThat(index.facets(search("")).isExact()).isFalse();
    }

    /** How the database goes about a statement; one with a scan is named. */
    abstract List<String> plan(String statement);

    @Test
    void statements_ofSearches_useAnIndexAndSortNothing() {
        fill();

        for (String statement : Reader.STATEMENTS) {
            assertThat(plan(statement))
                    .as(statement)
                    .isNotEmpty()
                    .noneMatch(step ->
                            step.matches(
                                    "(?i).*(scan (post|p|mark|col|entry)\\b|temp b-tree|seq scan on (post|mark|col|entry)|sort).*"));
        }
    }

    /** Whatever is asked, the index and a filter without any index give the same. */
    @Test
    void search_randomQueries_agreeWithAPlainFilter() {
        long seed = 20261128;
        Random random = new Random(seed);
        List<AuditEntry> entries = new Entries(seed, 60, 400, 700).next(Block.SIZE + 3000);
        for (int at = 0; at < entries.size(); at += 5000) {
            index.ingest("test", at, entries.subList(at, Math.min(entries.size(), at + 5000)));
        }
        // A part is in a block that is full, the others in memory; then all of it after a start.
        index.close();
        index = AuditIndex.open(address);
        PlainFilter plain = new PlainFilter(entries);
        for (int i = 0; i < 150; i++) {
            Search search = RandomSearches.next(random, entries);
            List<String> expected =
                    entries.stream()
                            .filter(entry -> plain.matches(search, entry))
                            .sorted(byPlace(entries))
                            .map(entry -> entry.id().toString())
                            .toList();
            String as =
                    "seed %d, query %d <%s> %s %s"
                            .formatted(
                                    seed, i, search.query().text(), search.range(), search.scope());

            Page newest = index.page(search, Cursor.NEWEST, 25);
            assertThat(newest.rows())
                    .as(as)
                    .extracting(Row::id)
                    .isEqualTo(first(expected.reversed(), 25));
            assertThat(index.page(search, Cursor.OLDEST, 25).rows().reversed())
                    .as(as)
                    .extracting(Row::id)
                    .isEqualTo(first(expected, 25));
            assertThat(index.count(search).total()).as(as).isEqualTo(expected.size());
            assertThat(sum(index.histogram(search, 30).what())).as(as).isEqualTo(expected.size());
            assertThat(
                            index
                                    .facets(search, List.of(Field.OUTCOME), 9)
                                    .what()
                                    .of(Field.OUTCOME)
                                    .stream()
                                    .mapToLong(Counted.Value::count)
                                    .sum())
                    .as(as)
                    .isEqualTo(expected.size());
        }
    }

    private static List<String> first(List<String> all, int most) {
        return all.subList(0, Math.min(all.size(), most));
    }

    private static Comparator<AuditEntry> byPlace(List<AuditEntry> entries) {
        java.util.IdentityHashMap<AuditEntry, Integer> order = new java.util.IdentityHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            order.put(entries.get(i), i);
        }
        return Comparator.comparing(AuditEntry::time).thenComparing(order::get);
    }

    private List<Row> all(String query) {
        return index.page(search(query), Cursor.NEWEST, 1000).rows();
    }

    private static Search search(String query) {
        return new Search(Query.parse(query), TimeRange.ALL, Scope.ALL);
    }

    static TimeRange range(Instant from, Duration length) {
        return new TimeRange(from, from.plus(length));
    }
}
