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
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every page in every dress: no complaint of axe-core, no sideways scroll, no fault of a script.
 */
class PagesIT {
    /** What of axe-core's rules a narrow window can change. */
    private static final List<String> LAYOUT =
            List.of("target-size", "scrollable-region-focusable");

    private static final List<String> COLOURS = List.of("color-contrast", "link-in-text-block");

    /** Pages that have all colours in them. */
    private static final Set<String> COLOURFUL =
            Set.of(
                    "overview",
                    "explorer-filtered",
                    "explorer-problem",
                    "explorer-empty",
                    "live",
                    "entry-denied",
                    "entry-allowed",
                    "explained",
                    "principal",
                    "why",
                    "locks",
                    "instances",
                    "settings");

    private static final Set<String> NARROW =
            Set.of("overview", "explorer", "entry-denied", "explained");

    @TempDir private static Path folder;
    private static List<AuditEntry> story = List.of();
    private static ViewFixture view;
    private static Chrome chrome;

    @BeforeAll
    static void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        story = Story.until(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        index.ingest("story", story.size(), story);
        view =
                ViewFixture.start(
                        ViewFixture.Setup.of(folder, index, Clock.systemUTC())
                                .with(Story.instances()));
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
        pages.put("explained", "/e/" + first("allowed") + "/explain");
        pages.put("unexplained", "/e/" + first("denied") + "/explain");
        pages.put("principal", "/principal?v=nkeys%3Aorders-svc&t=24h");
        pages.put("address", "/address?v=203.0.113.9&t=24h");
        pages.put("account", "/account?v=APP&t=24h");
        pages.put("credential", "/credential?fp=3f9a77c100&t=24h");
        pages.put("instances", "/instances");
        pages.put("why", "/why?id=" + first("denied"));
        pages.put("locks", "/locks");
        pages.put("sessions", "/sessions");
        pages.put("views", "/views?link=%2Fexplore%3Ft%3D24h");
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

    private static void login(Page page, String name) {
        page.navigate(view.url() + "login");
        page.fill("input[name=name]", name);
        page.fill("input[name=password]", ViewFixture.PASSWORD);
        page.click("main button");
        page.waitForURL(view.url());
    }

    /** The document is the same in every dress, so all there is to say of it is said here. */
    @Test
    void pages_wide_areAccessibleAndWhole() {
        look("wide", Chrome.View.WIDE, List.of(), pages());
    }

    @Test
    void pages_phone_areAccessibleAndWhole() {
        look("phone", Chrome.View.PHONE, LAYOUT, pages());
    }

    @Test
    void pages_dark_areReadable() {
        look("dark", Chrome.View.DARK, COLOURS, COLOURFUL);
    }

    @Test
    void pages_darkPhone_areReadable() {
        look("phone-dark", Chrome.View.PHONE_DARK, COLOURS, NARROW);
    }

    private static void look(
            String dress, Chrome.View seen, List<String> rules, Set<String> names) {
        Map<String, String> pages = pages();
        assertThat(pages).containsKeys(names.toArray(String[]::new));
        pages.keySet().retainAll(names);
        look(dress, seen, rules, pages);
    }

    private static void look(
            String dress, Chrome.View seen, List<String> rules, Map<String, String> pages) {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext context = chrome.context(seen)) {
            Page page = context.newPage();
            page.navigate(view.url() + "login");
            complaints.addAll(complaints(page, dress, "login", rules));
            login(page, "ann");
            pages.forEach((name, path) -> {
                page.navigate(
                        view.url() + path.substring(1),
                        new Page.NavigateOptions().setWaitUntil(WaitUntilState.LOAD));
                complaints.addAll(complaints(page, dress, name, rules));
            });
        }
        assertThat(complaints).isEmpty();
        assertThat(chrome.troubles()).isEmpty();
    }

    private static List<String> complaints(
            Page page, String dress, String name, List<String> rules) {
        if (page.viewportSize().width < 700) {
            Chrome.shootWhole(page, dress + "-" + name);
        } else {
            Chrome.shoot(page, dress + "-" + name);
        }
        List<String> complaints = new ArrayList<>(Chrome.complaints(page, rules));
        Object wider =
                page.evaluate(
                        "document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (((Number) wider).intValue() > 0) {
            complaints.add("scrolls sideways by " + wider);
        }
        if (page.evaluate("window.hacked") != null) {
            complaints.add("a name ran as a script");
        }
        complaints.replaceAll(complaint -> name + ": " + complaint);
        return complaints;
    }
}
