// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.index.Query;
import io.countersign.view.index.Scope;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who follows new entries loses none without being told, and gets none twice. */
class LiveTest {
    private static final int ROWS = 50;

    @TempDir private Path folder;
    private final Entries entries = new Entries(5, 50, 200, 20);
    private final List<String> ids = new ArrayList<>();
    private AuditIndex index;
    private ViewFixture view;

    @BeforeEach
    void start() {
        index = AuditIndex.open(folder.resolve("index.db"));
        Clock clock = Clock.fixed(Entries.START.plus(Duration.ofDays(1)), ZoneOffset.UTC);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock));
        add(1);
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private void add(int count) {
        List<AuditEntry> more = entries.next(count);
        index.ingest("test", ids.size() + count, more);
        more.forEach(entry -> ids.add(entry.id().toString()));
    }

    private LiveStream follow(String person, String query, String id) throws Exception {
        return LiveStream.behind(view, view.cookieOf(person), query, id);
    }

    @Test
    void events_someHundredsBehind_comeAllInOrder() throws Exception {
        add(400);
        try (LiveStream stream = follow("vera", "", ids.getFirst())) {
            assertThat(stream.rows(400)).isEqualTo(ids.subList(1, 401));
            add(3);
            assertThat(stream.rows(3)).isEqualTo(ids.subList(401, 404));
        }
    }

    @Test
    void events_moreThanAnybodyReads_sayHowManyWereLeftOutAndWhere() throws Exception {
        add(2000);
        String gapId;
        try (LiveStream stream = follow("vera", "", ids.getFirst())) {
            LiveStream.Event gap = stream.next();
            gapId = gap.id();

            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.found("data-gap=\"(\\d+)\"")).isEqualTo("1950");
            assertThat(gap.data().getFirst()).contains("1,950 entries came faster");
            assertThat(stream.rows(ROWS)).isEqualTo(ids.subList(2001 - ROWS, 2001));
            String link = gap.found("href=\"([^\"]+)\"").replace("&amp;", "&");
            String page = view.get(link, "Cookie", view.cookieOf("vera")).body();
            int there =
                    Integer.parseInt(
                            page.replaceAll("(?s).*id=\"said\"[^>]*>([0-9,]+) entries.*", "$1")
                                    .replace(",", ""));
            // What was written in the same moment as the last of them is there too.
            assertThat(there).isBetween(1950, 2000);
        }
        assertThat(gapId).isEqualTo(ids.get(2000 - ROWS));
        try (LiveStream again = follow("vera", "", gapId)) {
            assertThat(again.rows(ROWS)).isEqualTo(ids.subList(2001 - ROWS, 2001));
        }
        try (LiveStream again = follow("vera", "", ids.getLast())) {
            add(2);
            assertThat(again.rows(2)).isEqualTo(ids.subList(2001, 2003));
        }
    }

    /** Somebody else's logins are not counted either. */
    @Test
    void events_tooManyForAFilterAndAScope_countWhatMatchesOnly() throws Exception {
        add(6000);
        Search app =
                new Search(Query.parse("outcome:allow"), TimeRange.ALL, Scope.of(Set.of("APP")));
        long matching = index.count(app).total();
        try (LiveStream stream = follow("tom", "outcome:allow", ids.getFirst())) {
            LiveStream.Event gap = stream.next();

            assertThat(matching).isGreaterThan(501);
            assertThat(Long.parseLong(gap.found("data-gap=\"(\\d+)\"")))
                    .isBetween(matching - ROWS - 1, matching - ROWS);
            assertThat(gap.data().getFirst()).contains("q=outcome%3Aallow");
            assertThat(stream.rows(ROWS)).hasSize(ROWS).doesNotHaveDuplicates();
        }
    }

    /** The page of an empty index cannot name an entry to go on from. */
    @Test
    void events_ofAPageWithoutEntries_beginWithTheFirst() throws Exception {
        try (LiveStream stream = LiveStream.open(view, view.cookieOf("vera"), "?q=&after=")) {
            assertThat(stream.rows(1)).isEqualTo(ids);
        }
    }

    /** For example after the stream's retention took it. */
    @Test
    void events_placeThatIsNotKnown_saysSoAndGoesOn() throws Exception {
        String gone =
                new java.util.UUID(
                                Entries.START.minusSeconds(3600).toEpochMilli() << 16 | 0x7000,
                                1L << 63)
                        .toString();
        try (LiveStream stream = follow("vera", "", gone)) {
            LiveStream.Event gap = stream.next();

            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.data().getFirst())
                    .contains("Entries may be missing here")
                    .contains("2026-11-22T23%3A00%3A00Z..");
            add(1);
            assertThat(stream.rows(1)).containsExactly(ids.getLast());
        }
    }
}
