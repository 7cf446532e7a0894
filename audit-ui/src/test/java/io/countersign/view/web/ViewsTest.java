// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved views, as a page without script would save and open them. */
class ViewsTest {
    private static final String LINK = "/explore?q=outcome%3Adeny&t=24h";

    @TempDir private Path folder;
    private ViewFixture view;

    @BeforeEach
    void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 1, List.of(Samples.entry(1)));
        view =
                ViewFixture.start(
                        ViewFixture.Setup.of(
                                folder, index, Clock.fixed(Samples.NOW, ZoneOffset.UTC)));
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private HttpResponse<String> post(String cookie, String path, Map<String, String> form)
            throws Exception {
        Map<String, String> all = new java.util.HashMap<>(form);
        all.put("csrf", view.csrfOf(cookie));
        return view.post(path, all, "Cookie", cookie);
    }

    @Test
    void explorer_formOfThisSearch_savesIt() throws Exception {
        String ann = view.cookieOf("ann");
        String page = view.get(LINK, "Cookie", ann).body();
        String link =
                ViewFixture.found(page, "name=\"link\" value=\"([^\"]+)\"")
                        .orElseThrow()
                        .replace("&amp;", "&");

        HttpResponse<String> saved =
                post(ann, "/views", Map.of("name", "<b>Night</b>", "link", link));

        assertThat(saved.headers().firstValue("Location")).contains(link);
        assertThat(view.get("/explore", "Cookie", ann).body()).contains("&lt;b&gt;Night&lt;/b&gt;");
        assertThat(view.get(link, "Cookie", ann).body()).contains("outcome:deny");
        assertThat(view.get("/views", "Cookie", view.cookieOf("vera")).body())
                .doesNotContain("Night");

        post(ann, "/views/forget", Map.of("name", "<b>Night</b>"));
        assertThat(view.get("/views", "Cookie", ann).body()).doesNotContain("Night");
    }

    @Test
    void save_linkElsewhere_isRefusedAndKeepsWhatWasTyped() throws Exception {
        String ann = view.cookieOf("ann");

        HttpResponse<String> reply =
                post(ann, "/views", Map.of("name", "mine", "link", "https://evil.example/"));

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body()).contains("Nothing was saved").contains("value=\"mine\"");
        assertThat(view.get("/explore", "Cookie", ann).body()).doesNotContain("evil.example");
    }

    @Test
    void save_fiftyOne_saysThatOneMustGo() throws Exception {
        String ann = view.cookieOf("ann");
        for (int i = 0; i < 50; i++) {
            post(ann, "/views", Map.of("name", "v" + i, "link", "/explore"));
        }
        assertThat(post(ann, "/views", Map.of("name", "more", "link", "/explore")).body())
                .contains("You have 50 views");
    }
}
