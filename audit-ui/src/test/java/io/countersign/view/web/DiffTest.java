// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guesser's half minute among five minutes of everyday. */
class DiffTest {
    private static final String BURST = "2026-11-23T09:57:51Z..2026-11-23T09:58:21Z";
    private static final AuditEntry REFUSED =
            Samples.deny(301, "bob", "203.0.113.77").toBuilder()
                    .account("APP")
                    .revision("71ab")
                    .build();
    private static final AuditEntry LET_IN = Samples.entry(303);

    @TempDir private static Path folder;
    private static ViewFixture view;

    @BeforeAll
    static void start() {
        List<AuditEntry> entries = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            boolean isGuess = n >= 100 && n < 130;
            entries.add(isGuess ? Samples.deny(n, "root", "203.0.113.9") : Samples.entry(n));
        }
        entries.add(REFUSED);
        entries.add(LET_IN);
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 1, entries);
        Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock));
    }

    @AfterAll
    static void stop() {
        view.close();
    }

    private static HttpResponse<String> get(String person, String path) throws Exception {
        return view.get(path, "Cookie", view.cookieOf(person));
    }

    /** As text, a line for each row of a table. */
    private static List<String> text(HttpResponse<String> reply) {
        return reply.body()
                .replaceAll("<tr|<p|<h", "\n$0")
                .replaceAll("<svg.*?</svg>|<[^>]*>", " ")
                .lines()
                .map(line -> line.replace("&lt;", "<").replaceAll("\\s+", " ").strip())
                .toList();
    }

    private static String diff(String query, String time) {
        return "/diff?q=" + Links.encoded(query) + "&t=" + Links.encoded(time);
    }

    @Test
    void diff_ofAStretchOfTime_isWithTheTimeAroundIt() throws Exception {
        List<String> text = text(get("vera", diff("", BURST)));

        assertThat(text)
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("30 entries")
                                .endsWith("beside 220 of the time around it ."))
                .contains("Most different: name root, 100 % here and 0 % elsewhere.")
                .contains("address 203.0.113.9 100 % 0 % ▲ only here")
                .contains("reason bad-credential 100 % 66 % ▲ more, × 1.5");
    }

    @Test
    void diff_ofASearch_isWithAllOthersAndNotAboutWhatItAsksFor() throws Exception {
        List<String> text = text(get("vera", diff("outcome:deny", "1h")));

        assertThat(text)
                .anySatisfy(line -> assertThat(line).contains("of all others of the same time"))
                .contains("rule services 0 % 100 % ▽ only elsewhere")
                .noneMatch(line -> line.startsWith("outcome"));
    }

    @Test
    void diff_linkOfALine_findsTheEntriesHere() throws Exception {
        String body = get("vera", diff("outcome:deny", BURST)).body();
        String link =
                ViewFixture.found(body, "href=\"(/explore[^\"]*203.0.113.9[^\"]*)\"")
                        .orElseThrow()
                        .replace("&amp;", "&");

        assertThat(get("vera", link).body()).contains(">30 entries, newest first");
    }

    @Test
    void diff_ofTwoRevisions_isOfTheOneBesideTheOther() throws Exception {
        List<String> text =
                text(get("vera", diff("revision:71ab", "1h") + "&with=reason:bad-credential"));

        assertThat(text)
                .anySatisfy(line -> assertThat(line).startsWith("1 entry with revision:71ab"))
                .contains("account APP 100 % < 1 % ▲ more, × 10 or over");
    }

    @Test
    void diff_nothingHereOrElsewhere_saysWhatToDo() throws Exception {
        assertThat(get("vera", diff("user:nobody", "1h")).body())
                .contains("Nothing is here")
                .contains("Choose another time or search");
        assertThat(get("vera", diff("", "all")).body()).contains("Nothing to compare with");
        assertThat(get("vera", diff("foo:1", "1h")).statusCode()).isEqualTo(422);
        assertThat(get("vera", diff("", "1h") + "&with=foo:1").statusCode()).isEqualTo(422);
    }

    @Test
    void entry_refused_isPutBesideTheLastTimeThatItWasLetIn() throws Exception {
        String link = "/diff?id=" + REFUSED.id();
        assertThat(get("vera", "/e/" + REFUSED.id()).body()).contains(link);

        List<String> text = text(get("vera", link));

        assertThat(text)
                .containsSubsequence(
                        "Outcome Allowed Denied yes",
                        "Reason – bad-credential yes",
                        "Address – 203.0.113.77 yes",
                        "Account APP APP no")
                .noneMatch(line -> line.startsWith("Entry id"));
        assertThat(get("tom", link).statusCode()).isEqualTo(200);
    }

    @Test
    void entry_neverLetIn_isOfferedNothing() throws Exception {
        AuditEntry guess = Samples.deny(110, "root", "203.0.113.9");

        assertThat(get("vera", "/e/" + guess.id()).body()).doesNotContain("/diff?id=");
        assertThat(get("vera", "/diff?id=" + guess.id()).body())
                .contains("This name was not let in before");
        assertThat(get("tom", "/diff?id=" + REFUSED.id() + "&with=" + guess.id()).statusCode())
                .isEqualTo(404);
    }
}
