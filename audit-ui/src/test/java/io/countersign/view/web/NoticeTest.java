// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody may take old entries for all that there is. */
class NoticeTest {
    private static final List<String> PAGES = List.of("/", "/explore", "/live", "/why", "/nothing");

    @TempDir private Path folder;
    private final SetClock clock = new SetClock();
    private ViewFixture.Setup setup;
    private ViewFixture view;

    @BeforeEach
    void start() {
        setup = ViewFixture.Setup.of(folder, AuditIndex.open(folder.resolve("index.db")), clock);
        view = ViewFixture.start(setup);
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private void assertOnEachPage(String text) throws Exception {
        for (String path : PAGES) {
            assertThat(view.get(path, "Cookie", view.cookieOf("tom")).body())
                    .as(path)
                    .contains(text);
        }
    }

    @Test
    void page_streamCannotBeRead_saysSinceWhenAndThatItIsTriedAgain() throws Exception {
        setup.reading().lost("no <b>connection");
        clock.forward(java.time.Duration.ofMinutes(5));
        setup.reading().lost("no <b>connection");

        assertOnEachPage(
                "The audit stream cannot be read since Mon 23 Nov 2026 10:00:00.000, so newer entries are missing here. It is tried again by itself. (no &lt;b&gt;connection)");
        assertThat(view.get("/login").body()).doesNotContain("audit stream");
    }

    @Test
    void page_indexBehind_saysUpToWhenItIs() throws Exception {
        setup.reading().behind(Samples.NOW.minusSeconds(40));
        assertOnEachPage("it has what was written until Mon 23 Nov 2026 09:59:20.000");

        setup.reading().behind(Samples.NOW.minusSeconds(5));
        assertThat(view.get("/", "Cookie", view.cookieOf("tom")).body())
                .doesNotContain("id=\"notice\"");
    }
}
