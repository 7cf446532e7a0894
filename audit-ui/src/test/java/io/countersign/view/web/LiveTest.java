// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Scope;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who follows new entries loses none without being told, and gets none twice. */
class LiveTest {
    /** What somebody gets at once who comes back. */
    private static final int ROWS = 450;

    /** So many come within five minutes at the pace of {@link #entries}. */
    private static final int FIVE_MINUTES = 15_000;

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
            assertThat(gap.found("data-gap=\"(\\d+)\"")).isEqualTo("1550");
            assertThat(gap.data().getFirst())
                    .contains("1,550 more entries came than can be shown here");
            assertThat(stream.rows(ROWS)).isEqualTo(ids.subList(2001 - ROWS, 2001));
            String link = gap.found("href=\"([^\"]+)\"").replace("&amp;", "&");
            String page = view.get(link, "Cookie", view.cookieOf("vera")).body();
            int there =
                    Integer.parseInt(
                            page.replaceAll("(?s).*id=\"said\"[^>]*>([0-9,]+) entries.*", "$1")
                                    .replace(",", ""));
            // What was written in the same moment as the last of them is there too.
            assertThat(there).isBetween(1550, 1600);
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

    /**
     * Five minutes without a network, and thirty times what a page keeps: each entry of them is in
     * the list afterwards or in the range that it leads to, and none is in the list twice.
     */
    @Test
    void events_fiveMinutesOffline_allAreShownOrLedTo() throws Exception {
        List<String> shown = new ArrayList<>();
        String last;
        try (LiveStream stream = follow("vera", "", ids.getFirst())) {
            add(3);
            shown.addAll(stream.rows(3));
            last = shown.getLast();
        } // cut
        for (int i = 0; i < 5; i++) {
            add(FIVE_MINUTES / 5);
        }
        String link;
        try (LiveStream back = follow("vera", "", last)) {
            LiveStream.Event gap = back.next();
            assertThat(gap.found("data-gap=\"(\\d+)\"")).isEqualTo("" + (FIVE_MINUTES - ROWS));
            link = gap.found("href=\"/explore([^\"]+)\"").replace("&amp;", "&");
            shown.addAll(back.rows(ROWS));
            add(2);
            shown.addAll(back.rows(2));
        }
        assertThat(shown).doesNotHaveDuplicates();
        String export =
                view.get("/export" + link + "&format=jsonl", "Cookie", view.cookieOf("vera"))
                        .body();
        Set<String> known = new HashSet<>(shown);
        Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
                .matcher(export)
                .results()
                .forEach(id -> known.add(id.group()));
        List<String> lost = new ArrayList<>(ids.subList(1, ids.size()));
        lost.removeAll(known);
        assertThat(lost).isEmpty();
    }

    /** With a filter there is less to come back to: then all of it is in the list, in order. */
    @Test
    void events_fiveMinutesOfflineWithAFilter_comeAllFromTheIndex() throws Exception {
        Search filter = new Search(Query.parse("reason:no-rule lang:go"), TimeRange.ALL, Scope.ALL);
        add(200);
        long from = index.lastArrival();
        String last = ids.getLast();
        add(FIVE_MINUTES);
        List<String> expected =
                index.arrivals(filter, from, FIVE_MINUTES).stream().map(Row::id).toList();
        assertThat(expected).hasSizeBetween(ROWS / 2, 500);
        try (LiveStream back = follow("vera", filter.query().text(), last)) {
            assertThat(back.rows(expected.size())).isEqualTo(expected);
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
