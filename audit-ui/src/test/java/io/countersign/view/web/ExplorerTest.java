// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.Reason;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Explorer and its exports, over HTTP, as a page without script would ask. */
class ExplorerTest {
    private static final String HOSTILE = "=<script>alert(1)</script>\u202e\"' OR 1=1";

    @TempDir private static Path folder;
    private static ViewFixture view;
    private static String cookie = "";

    @BeforeAll
    static void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 120, IntStream.range(0, 120).mapToObj(Samples::entry).toList());
        index.ingest("test", 121, List.of(Samples.deny(121, HOSTILE, "10.9.9.9")));
        Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
        ViewServer.Settings settings =
                new ViewServer.Settings("127.0.0.1", 0, false, false, Optional.empty(), 100);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock).with(settings));
        cookie = view.cookieOf("ann");
    }

    @AfterAll
    static void stop() {
        view.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return view.get(path, "Cookie", cookie);
    }

    @Test
    void pages_older_showEveryEntryOnce() throws Exception {
        List<String> ids = new ArrayList<>();
        String path = "/explore?t=1h&n=25";
        while (!path.isEmpty()) {
            String body = get(path).body();
            Pattern.compile("data-id=\"([^\"]+)\"")
                    .matcher(body)
                    .results()
                    .forEach(m -> ids.add(m.group(1)));
            path =
                    ViewFixture.found(body, "id=\"older\" href=\"([^\"]+)\"")
                            .map(link -> link.replace("&amp;", "&"))
                            .orElse("");
        }

        assertThat(ids).hasSize(121).doesNotHaveDuplicates();
    }

    @Test
    void name_hostile_isOnlyText() throws Exception {
        String body = get("/explore?t=1h&q=addr%3A10.9.9.9").body();

        assertThat(body)
                .contains("&lt;script&gt;")
                .contains("⟨U+202E⟩")
                .doesNotContain("<script>alert")
                .doesNotContain("\u202e");
    }

    @Test
    void csv_formula_isText() throws Exception {
        String csv =
                get("/export?t=1h&q=addr%3A10.9.9.9&format=csv&cols=reason,address,detail").body();

        assertThat(csv.lines().toList())
                .first()
                .isEqualTo("Time UTC,Outcome,Who,Reason,Address,Detail,Id");
        assertThat(csv).contains("\"“=<script>").contains("# 1 rows; complete");
        assertThat(Names.cell("=1+1")).isEqualTo("\"'=1+1\"");
        assertThat(Names.cell(" \t+1")).startsWith("\"'");
        assertThat(Names.cell("＝1")).startsWith("\"'");
        assertThat(Names.cell("a\n=1")).doesNotContain("\n");
    }

    @Test
    void export_moreThanAllowed_saysSo() throws Exception {
        String csv = get("/export?t=1h&format=csv").body();

        assertThat(csv.lines()).hasSize(102);
        assertThat(csv).endsWith("# 100 rows; there are more: narrow the search\r\n");
    }

    @Test
    void export_zoneOfTheViewer_isSaidAndUsed() throws Exception {
        String csv = get("/export?t=1h&format=csv&tz=Asia/Tokyo").body();

        assertThat(csv).startsWith("Time Asia/Tokyo,").contains("+09:00");
    }

    @Test
    void export_jsonAndOcsf_haveALineEach() throws Exception {
        String json = get("/export?t=1h&format=jsonl&q=user%3Abob").body();
        String ocsf = get("/export?t=1h&format=ocsf&q=user%3Abob").body();

        assertThat(json.lines()).hasSize(40).allSatisfy(line -> assertThat(line).startsWith("{"));
        assertThat(ocsf.lines())
                .hasSize(40)
                .allSatisfy(line -> assertThat(line).contains("\"class_uid\":3002"));
    }

    @Test
    void query_wrong_saysWhereAndKeepsIt() throws Exception {
        HttpResponse<String> reply = get("/explore?t=1h&q=foo%3A1");

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body())
                .contains("<title>Problem: column 1")
                .contains("value=\"foo:1\"")
                .contains("data-from=\"0\"");
    }

    /** A link that somebody mistyped must not show something else. */
    @Test
    void address_parameterThatIsNone_isSaid() throws Exception {
        HttpResponse<String> reply = get("/explore?t=1h&query=user%3Abob");

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body()).contains("no parameter \"query\" (expected: q, t,");
        assertThat(get("/export?t=1h&colums=reason").statusCode()).isEqualTo(422);
    }

    @Test
    void query_anyBytes_isAnsweredOrRefused() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            StringBuilder query = new StringBuilder();
            for (int j = 0; j < 1000; j++) {
                query.append("%%%02x".formatted(random.nextInt(256)));
            }
            assertThat(get("/explore?t=1h&q=" + query).statusCode()).isIn(200, 422);
        }
    }

    @Test
    void time_everyForm_isUnderstood() {
        var tokyo = java.time.ZoneId.of("Asia/Tokyo");
        assertThat(TimeChoice.parse("today", Samples.NOW, tokyo).orElseThrow().from())
                .isEqualTo("2026-11-22T15:00:00Z");
        assertThat(TimeChoice.parse("10:00..11:30", Samples.NOW, tokyo).orElseThrow().to())
                .isEqualTo("2026-11-23T02:30:00Z");
        assertThat(
                        TimeChoice.parse("2026-11-23T10:14:07Z~5m", Samples.NOW, ZoneOffset.UTC)
                                .orElseThrow()
                                .from())
                .isEqualTo("2026-11-23T10:09:07Z");
        for (String wrong : List.of("x", "2026-13-01", "2026-11-24..2026-11-22", "0h", "1h..")) {
            assertThat(TimeChoice.parse(wrong, Samples.NOW, ZoneOffset.UTC)).as(wrong).isEmpty();
        }
    }

    @Test
    void suggestions_knowFieldsAndValues() throws Exception {
        assertThat(get("/x/suggest?t=1h&q=re").body()).contains("data-value=\"reason:\"");
        assertThat(get("/x/suggest?t=1h&q=-account%3Aa").body())
                .contains("data-value=\"-account:APP\"");
        assertThat(get("/x/suggest?t=1h&q=addr%3A10.1.0.1").body())
                .contains("data-value=\"addr:10.1.0.1\"");
        assertThat(get("/x/suggest?t=1h&q=account%3AAPP+principal%3Ausers%3Ab").body())
                .contains("data-value=\"account:APP principal:&#34;users:bob&#34;\"");
    }

    @Test
    void sentences_everyReason_hasItsWordsForBoth() {
        for (Reason reason : Reason.values()) {
            Told told = Told.of(reason.code()).orElseThrow();
            assertThat(told.because()).as(reason.code()).isNotBlank();
            assertThat(told.next()).as(reason.code()).isNotBlank();
            assertThat(told.developer())
                    .as(reason.code())
                    .isNotBlank()
                    .doesNotContainIgnoringCase("rule")
                    .doesNotContainIgnoringCase("does not exist")
                    .doesNotContainIgnoringCase("unknown user");
        }
    }

    @Test
    void page_first_isSmall() throws Exception {
        assertThat(get("/explore?t=1h").body().length()).isLessThan(150_000);
    }
}
