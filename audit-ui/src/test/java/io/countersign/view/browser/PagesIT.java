// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitUntilState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every page in every dress: no complaint of axe-core, no sideways scroll, no fault of a script.
 */
@Tag("beside")
@ExtendWith(Stage.Shared.class)
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
                    "different",
                    "different-entries",
                    "why",
                    "locks",
                    "instances",
                    "settings");

    private static final Set<String> NARROW =
            Set.of("overview", "explorer", "entry-denied", "explained", "different");

    /** Made by the template of another page, in other words: one look is enough. */
    private static final Set<String> ALIKE =
            Set.of(
                    "account",
                    "credential",
                    "rule",
                    "revision",
                    "unexplained",
                    "different-revisions",
                    "different-nowhere",
                    "lift",
                    "unlock",
                    "kick");

    /** A phone, the narrowest that WCAG asks for, and a wide window at 200 percent. */
    private static final List<Integer> WIDTHS = List.of(390, 320, 640);

    private static final int HEIGHT = 860;

    /** What the server has beside pages: plain text, a download, a stream, and ways elsewhere. */
    private static final Set<String> NO_PAGES =
            Set.of("/healthz", "/export", "/live/events", "/login/oidc", "/login/callback");

    private final Stage stage;
    private final List<String> complaints = new ArrayList<>();

    PagesIT(Stage stage) {
        this.stage = stage;
    }

    private Map<String, String> pages() {
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
        pages.put("rule", "/rule?v=services&t=24h");
        pages.put("revision", "/revision?v=71ab04e9&t=24h");
        pages.put("different", "/diff?t=24h&q=reason%3Abad-credential");
        pages.put(
                "different-revisions",
                "/diff?t=24h&q=revision%3A71ab04e9&with=revision%3A9f3c61d2");
        pages.put("different-nowhere", "/diff?t=1h&q=user%3Anobody");
        pages.put("different-entries", "/diff?id=" + first("no-rule"));
        pages.put("revoke", "/act/revoke?kind=principal&v=nkeys%3Aorders-svc");
        pages.put("lift", "/act/lift?id=a1&v=nkeys%3Aci-runner");
        pages.put("unlock", "/act/unlock?id=a1&v=root");
        pages.put("kick", "/act/kick?kind=principal&v=nkeys%3Aorders-svc");
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

    private String first(String what) {
        return stage.story().reversed().stream()
                .filter(e ->
                        switch (what) {
                            case "denied" ->
                                    e.reason().equals("bad-credential")
                                            && e.client().orElseThrow().address().startsWith("203");
                            case "allowed" -> e.rule().equals("services");
                            case "no-rule" -> e.reason().equals("no-rule");
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

    /** Loaded once, since the document is the same in every dress. */
    @Test
    void pages_inEveryDress_areAccessibleAndWhole() {
        try (BrowserContext context = stage.chrome().context(Chrome.View.WIDE)) {
            Page page = stage.enter(context, "ann");
            pages().forEach((name, path) -> look(page, name, path));
            done(page);
        }
        try (BrowserContext context = stage.chrome().context(Chrome.View.WIDE)) {
            look(context.newPage(), "login", "/login");
        }
        assertThat(complaints).isEmpty();
        assertThat(stage.chrome().troubles()).isEmpty();
    }

    /** A page that the server gets has to be looked at. */
    @Test
    void pages_ofTheServer_areAllLookedAt() {
        Set<String> looked = new TreeSet<>(Set.of("/login"));
        pages().values()
                .forEach(path ->
                        looked.add(
                                path.replaceFirst("\\?.*", "")
                                        .replaceFirst("^/e/[0-9a-f-]{36}", "/e/:id")));
        Set<String> there = stage.pages();
        there.removeAll(NO_PAGES);

        assertThat(looked).containsAll(there);
    }

    /** What somebody sees who acted. */
    private void done(Page page) {
        page.setViewportSize(1280, HEIGHT);
        page.navigate(stage.url() + "act/revoke?kind=principal&v=nkeys%3Aorders-svc");
        page.fill("input[name=reason]", "leaked key, ticket 4711");
        page.fill("input[name=typed]", "nkeys:orders-svc");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        inspect(page, "done");
    }

    private void look(Page page, String name, String path) {
        page.setViewportSize(1280, HEIGHT);
        page.navigate(
                stage.url() + path.substring(1),
                new Page.NavigateOptions().setWaitUntil(WaitUntilState.LOAD));
        inspect(page, name);
    }

    private void inspect(Page page, String name) {
        Chrome.shoot(page, "wide-" + name);
        note(name, Chrome.complaints(page, List.of()));
        wider(page, name);
        if (ALIKE.contains(name)) {
            return;
        }
        if (COLOURFUL.contains(name)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            Chrome.shoot(page, "dark-" + name);
            note("dark " + name, Chrome.complaints(page, COLOURS));
        }
        for (int width : WIDTHS) {
            page.setViewportSize(width, HEIGHT);
            wider(page, name);
            if (width == WIDTHS.getFirst()) {
                phone(page, name);
            }
        }
        if (page.evaluate("window.hacked") != null) {
            complaints.add(name + ": a name ran as a script");
        }
    }

    private void phone(Page page, String name) {
        // As it would have been loaded there.
        page.evaluate("document.querySelectorAll('#facets').forEach(f => { f.open = false; })");
        if (NARROW.contains(name)) {
            Chrome.shootWhole(page, "phone-dark-" + name);
            note("dark phone " + name, Chrome.complaints(page, COLOURS));
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        Chrome.shoot(page, "phone-" + name);
        note("phone " + name, Chrome.complaints(page, LAYOUT));
    }

    private void note(String where, List<String> found) {
        found.forEach(complaint -> complaints.add(where + ": " + complaint));
    }

    private void wider(Page page, String name) {
        String wider = Chrome.wider(page);
        if (!wider.isEmpty()) {
            complaints.add("%s at %d: %s".formatted(name, page.viewportSize().width, wider));
        }
    }
}
