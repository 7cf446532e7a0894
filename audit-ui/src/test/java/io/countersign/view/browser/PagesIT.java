// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import io.countersign.audit.AuditEntry;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.web.ViewFixture;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every page in every dress: no complaint of axe-core, no sideways scroll, no fault of a script.
 */
class PagesIT {
    @TempDir private static Path folder;
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static List<AuditEntry> story = List.of();
    private static ViewFixture view;
    private static Chrome chrome;

    @BeforeAll
    static void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        story = Story.until(NOW);
        index.ingest("story", story.size(), story);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, Clock.systemUTC()));
        chrome = Chrome.launch();
    }

    @AfterAll
    static void stop() {
        chrome.close();
        view.close();
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "/");
        pages.put("explorer", "/explore?t=24h");
        pages.put("explorer-filtered", "/explore?t=24h&q=reason%3Abad-credential+-user%3Aroot");
        pages.put("explorer-empty", "/explore?t=1h&q=user%3Anobody");
        pages.put("explorer-problem", "/explore?t=24h&q=reason%3Abad+foo%3A1");
        pages.put("live", "/live");
        pages.put("entry-denied", "/e/" + first("denied"));
        pages.put("entry-allowed", "/e/" + first("allowed"));
        pages.put("entry-hostile", "/e/" + first("hostile"));
        pages.put("principal", "/principal?v=nkeys%3Aorders-svc&t=24h");
        pages.put("address", "/address?v=203.0.113.9&t=24h");
        pages.put("account", "/account?v=APP&t=24h");
        pages.put("why", "/why?id=" + first("denied"));
        pages.put("locks", "/locks");
        pages.put("sessions", "/sessions");
        pages.put("help", "/help");
        pages.put("settings", "/settings");
        pages.put("users", "/admin/users");
        pages.put("activity", "/admin/activity");
        pages.put("first", "/first");
        pages.put("nothing", "/no-such-page");
        return pages;
    }

    private static String first(String what) {
        return story.reversed().stream()
                .filter(e ->
                        switch (what) {
                            case "denied" ->
                                    e.reason().equals("bad-credential")
                                            && e.client().orElseThrow().address().startsWith("203");
                            case "allowed" -> e.rule().equals("services");
                            default ->
                                    e.presented()
                                            .map(p -> p.name().startsWith("<img"))
                                            .orElse(false);
                        })
                .findFirst()
                .orElseThrow()
                .id()
                .toString();
    }

    static void login(Page page, String name) {
        page.navigate(view.url() + "login");
        page.fill("input[name=name]", name);
        page.fill("input[name=password]", ViewFixture.PASSWORD);
        page.click("main button");
        page.waitForURL(view.url());
    }

    @Test
    void pages_wide_areAccessibleAndWhole() {
        look("wide", Chrome.View.WIDE);
    }

    @Test
    void pages_dark_areAccessibleAndWhole() {
        look("dark", Chrome.View.DARK);
    }

    @Test
    void pages_phone_areAccessibleAndWhole() {
        look("phone", Chrome.View.PHONE);
    }

    @Test
    void pages_darkPhone_areAccessibleAndWhole() {
        look("phone-dark", Chrome.View.PHONE_DARK);
    }

    private void look(String dress, Chrome.View seen) {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext context = chrome.context(seen)) {
            Page page = context.newPage();
            page.navigate(view.url() + "login");
            Chrome.shoot(page, dress + "-login");
            Chrome.complaints(page).forEach(c -> complaints.add("login: " + c));
            login(page, "ann");
            pages().forEach((name, path) -> {
                page.navigate(
                        view.url() + path.substring(1),
                        new Page.NavigateOptions().setWaitUntil(WaitUntilState.LOAD));
                Chrome.shoot(page, dress + "-" + name);
                Chrome.complaints(page).forEach(c -> complaints.add(name + ": " + c));
                Object wider =
                        page.evaluate(
                                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (((Number) wider).intValue() > 0) {
                    complaints.add(name + ": scrolls sideways by " + wider);
                }
                if (page.evaluate("window.hacked") != null) {
                    complaints.add(name + ": a name ran as a script");
                }
            });
        }
        assertThat(complaints).isEmpty();
        assertThat(chrome.troubles()).isEmpty();
    }
}
