// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditIndexTest {
    @TempDir private Path directory;
    private AuditIndex index;

    @BeforeEach
    void fill() {
        index = AuditIndex.open(directory.resolve("index.db"));
        index.ingest("test", 90, IntStream.range(0, 90).mapToObj(Samples::entry).toList());
    }

    @Test
    void ingest_sameEntriesAgain_changesNothing() {
        int taken = index.ingest("test", 95, List.of(Samples.entry(1), Samples.entry(2)));

        assertThat(taken).isZero();
        assertThat(index.position("test")).isEqualTo(95);
        assertThat(all("")).hasSize(90);
    }

    @Test
    void reopen_sameFile_goesOnWhereItWas() {
        AuditIndex again = AuditIndex.open(directory.resolve("index.db"));

        assertThat(again.position("test")).isEqualTo(90);
        assertThat(again.lastArrival()).isEqualTo(90);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user:alice | 60",
                "user:bob | 30",
                "user:al* | 60",
                "principal:users:bob | 30",
                "outcome:denied | 60",
                "-outcome:deny | 30",
                "reason:bad-credential,no-rule | 60",
                "addr:10.1.0.0/16 | 60",
                "addr:10.1.0.1 | 1",
                "addr:10.2.0.0/16 | 0",
                "-addr:10.0.0.0/8 account:APP | 30",
                "alice | 60",
                "ali* | 60",
                "\"ALICE\" -app | 0",
                "rule:services user:alice | 0",
            })
    void page_query_findsExactlyWhatMatches(String query, int found) {
        assertThat(all(query)).hasSize(found);
    }

    @Test
    void page_keyset_givesEveryEntryOnceNewestFirst() {
        Search search = search("");
        List<Long> keys = new ArrayList<>();
        for (List<Row> page = index.page(search, Long.MAX_VALUE, 7);
                !page.isEmpty();
                page = index.page(search, page.getLast().key(), 7)) {
            page.forEach(row -> keys.add(row.key()));
        }

        assertThat(keys)
                .hasSize(90)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void scope_accounts_hideAllOthers() {
        Search search = new Search(Query.ALL, TimeRange.ALL, Set.of("APP"));
        AuditEntry denied = Samples.entry(1);

        assertThat(index.page(search, Long.MAX_VALUE, 100)).hasSize(30);
        assertThat(index.entry(denied.id().toString(), Set.of("APP"))).isEmpty();
        assertThat(index.entry(denied.id().toString(), Set.of())).isPresent();
    }

    @Test
    void counts_sameSearch_sumUpToIt() {
        Search day =
                new Search(
                        Query.ALL,
                        new TimeRange(Samples.NOW.minusSeconds(3600), Samples.NOW.plusSeconds(1)),
                        Set.of());

        assertThat(index.facets(day).get(Field.OUTCOME))
                .containsExactly(
                        new AuditIndex.Count("deny", 60), new AuditIndex.Count("allow", 30));
        assertThat(index.histogram(day, 10).stream().mapToLong(AuditIndex.Bar::count).sum())
                .isEqualTo(90);
    }

    private List<Row> all(String query) {
        return index.page(search(query), Long.MAX_VALUE, 1000);
    }

    private static Search search(String query) {
        return new Search(Query.parse(query), TimeRange.ALL, Set.of());
    }
}
