// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person does with mouse and keys, and what the page then does. */
class HandsIT extends OnStage {
    private static final String FOCUSED_ROW =
            "document.activeElement.closest('tr') && document.activeElement.closest('tr').dataset.id";

    HandsIT(Stage stage) {
        super(stage);
    }

    @BeforeEach
    void explore() {
        page.navigate(stage.url() + "explore?t=24h");
    }

    @Test
    void facets_withAndWithout_areChipsAndBackUndoesThem() {
        page.click("#facets section:has(h2:text-is('Reason')) li:has-text('bad-credential') .with");
        until("a filter", () -> at("q=reason%3Abad-credential"));
        until("a chip", () -> page.locator(".chips li").count() == 1);
        until("said once", () -> text("#status").equals(text("#said")));
        page.click(
                "#facets section:has(h2:text-is('Authenticator')) li:has-text('users') .without");
        until("two chips", () -> page.locator(".chips li").count() == 2);
        assertThat(text(".chips")).contains("reason:bad-credential").contains("-source:users");
        page.click(".chips li:nth-child(1) a");
        until("one chip", () -> page.locator(".chips li").count() == 1);
        assertThat(text(".chips")).contains("-source:users");
        page.goBack();
        until("two chips again", () -> page.locator(".chips li").count() == 2);
        // htmx would keep copies of pages there, which come back after a logout.
        assertThat((String) page.evaluate("JSON.stringify(sessionStorage)"))
                .doesNotContain("alice")
                .doesNotContain("<");
    }

    @Test
    void chart_draggedOver_choosesThatTimeAndBackUndoesIt() {
        BoundingBox plot = page.locator(".plot .u-over").boundingBox();
        double y = plot.y + plot.height / 2;
        page.mouse().move(plot.x + plot.width * 0.4, y);
        page.mouse().down();
        page.mouse().move(plot.x + plot.width * 0.5, y);
        page.mouse().move(plot.x + plot.width * 0.6, y);
        page.mouse().up();

        until("a stretch of time", () -> at("..") && at("Z"));
        assertThat(text(".range")).contains("–");
        page.goBack();
        until("the day again", () -> at("t=24h"));
        page.click("nav.zoom a:has-text('Zoom out')");
        until("another stretch", () -> at("..") && at("Z"));
    }

    @Test
    void box_keysAlone_completeAndSearch() {
        page.keyboard().press("/");
        page.keyboard().type("rea");
        until("suggestions", () -> page.locator("#suggestions [role=option]").count() > 0);
        page.keyboard().press("ArrowDown");
        assertThat(page.getAttribute("#q", "aria-activedescendant")).isEqualTo("s0");
        assertThat(page.getAttribute("#q", "aria-expanded")).isEqualTo("true");
        page.keyboard().press("Enter");
        assertThat(page.inputValue("#q")).isEqualTo("reason:");
        until("values", () -> text("#suggestions").contains("reason:bad-credential"));
        assertThat(text("#status")).contains("suggestion");
        page.keyboard().type("bad-c");
        until("one value", () -> page.locator("#suggestions [role=option]").count() == 1);
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.inputValue("#q")).isEqualTo("reason:bad-credential ");
        page.keyboard().type("-us");
        until("fields", () -> text("#suggestions").contains("-user:"));
        page.keyboard().press("Escape");
        assertThat(page.getAttribute("#q", "aria-expanded")).isEqualTo("false");
        page.keyboard().type("er:root");
        page.keyboard().press("Enter");
        until(
                "a search",
                () -> address().matches(".*q=reason%3Abad-credential(\\+|%20)-user%3Aroot.*"));
    }

    @Test
    void problem_ofAQuery_hasTheFocusAndSelectsItsPlace() {
        page.fill("#q", "outcome:deny reason:bad-credentail");
        page.keyboard().press("Enter");
        until("a problem", () -> page.locator("#problem").count() == 1);
        until("focus", () -> "problem".equals(page.evaluate("document.activeElement.id")));
        assertThat(text("#problem")).contains("did you mean bad-credential?");
        page.click("#problem a[data-from]");
        assertThat(
                        page.evaluate(
                                "(q => q.value.slice(q.selectionStart, q.selectionEnd))(document.getElementById('q'))"))
                .isEqualTo("bad-credentail");
    }

    @Test
    void export_ofChosenColumns_hasTheRowsOfThePage() throws IOException {
        page.navigate(stage.url() + "explore?t=24h&q=outcome%3Adrop+user%3Acarol");
        page.click("summary:has-text('Columns')");
        page.check("input[name=col][value=detail]");
        page.click(".pick form button:has-text('Show')");
        until("a column", () -> page.locator(".entries thead th:has-text('Detail')").count() == 1);
        List<String> shown = ids();
        List<String> titles =
                page.locator(".entries thead th").allInnerTexts().stream()
                        .map(String::strip)
                        .toList();
        page.click("summary:has-text('Export')");
        Download download = page.waitForDownload(() -> page.click("#csv"));
        List<String> lines = Files.readAllLines(download.path());

        assertThat(shown).hasSizeGreaterThan(5);
        assertThat(lines.getLast()).isEqualTo("# %d rows; complete".formatted(shown.size()));
        assertThat(lines.getFirst())
                .isEqualTo(String.join(",", titles).replace("Time (UTC)", "Time UTC") + ",Id");
        assertThat(lines.subList(1, lines.size() - 1))
                .extracting(line -> line.substring(line.lastIndexOf(',') + 1))
                .isEqualTo(shown);
    }

    @Test
    void keys_pages_rowsAndEntries() {
        page.navigate(stage.url() + "explore?t=24h&n=25");
        List<String> first = ids();
        page.keyboard().press("n");
        until("older ones", () -> at("before="));
        until("other rows", () -> !ids().isEmpty() && !ids().equals(first));
        assertThat(ids()).hasSize(25).doesNotContainAnyElementsOf(first);
        page.keyboard().press("p");
        until("the same rows", () -> ids().equals(first));

        page.keyboard().press("j");
        page.keyboard().press("j");
        page.keyboard().press("j");
        page.keyboard().press("k");
        assertThat(page.evaluate(FOCUSED_ROW)).isEqualTo(first.get(1));
        page.keyboard().press("e");
        until("unfolded", () -> page.locator("tr.opened").count() == 1);
        page.keyboard().press("e");
        until("folded", () -> page.locator("tr.opened").count() == 0);
        page.keyboard().press("Shift+?");
        until("a sheet", () -> page.locator("#keys[open] kbd").count() > 10);
        page.keyboard().press("Escape");
        until("no sheet", () -> page.locator("#keys[open]").count() == 0);
        assertThat(page.evaluate(FOCUSED_ROW)).isEqualTo(first.get(1));

        page.locator("#rows a.open").last().focus();
        Object scrolled = page.evaluate("window.scrollY");
        page.keyboard().press("o");
        until("an entry", () -> at("/e/" + first.getLast()));
        page.goBack();
        until("the rows", () -> ids().equals(first));
        until("the scroll", () -> page.evaluate("window.scrollY").equals(scrolled));
        assertThat(page.getAttribute("tr.last", "data-id")).isEqualTo(first.getLast());

        page.keyboard().press("g");
        page.keyboard().press("v");
        until("Live", () -> at("/live"));
    }

    @Test
    void keys_switchedOff_doNothing() {
        page.navigate(stage.url() + "settings");
        page.uncheck("input[name=keys]");
        page.click("main .stack button:has-text('Save')");
        page.navigate(stage.url() + "explore?t=24h");
        page.keyboard().press("/");
        page.keyboard().press("j");

        assertThat(page.evaluate("document.activeElement.tagName")).isEqualTo("BODY");
    }

    /** Each stop of the Tab key has a ring around it, and not below what sticks to the top. */
    @Test
    void tab_everyStop_isSeen() {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            Object fault =
                    page.evaluate(
                            """
                            (() => {
                              const it = document.activeElement, top = document.querySelector('.top');
                              if (it === document.body || top.contains(it) || it.matches('.skip')) return '';
                              const style = getComputedStyle(it), box = it.getBoundingClientRect();
                              if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no ring: ' + it.outerHTML;
                              if (box.bottom < top.getBoundingClientRect().bottom) return 'hidden: ' + it.outerHTML;
                              return '';
                            })()\
                            """);
            assertThat(fault).isEqualTo("");
        }
    }

    @Test
    void logout_thenBack_showsTheLogin() {
        page.click("details.who summary");
        page.click("text=Log out");
        until("the login", () -> at("/login"));
        page.goBack();

        until("the login again", () -> page.locator("input[name=password]").count() == 1);
        assertThat(page.content()).doesNotContain("orders-svc");
    }

    @Test
    void colours_ofTheSystemAndNoMotion_keepWordsAndBorders() {
        page.emulateMedia(
                new Page.EmulateMediaOptions()
                        .setForcedColors(ForcedColors.ACTIVE)
                        .setReducedMotion(ReducedMotion.REDUCE));
        Locator outcome = page.locator("#rows .outcome").first();

        assertThat(outcome.innerText()).isNotBlank();
        assertThat(outcome.evaluate("e => getComputedStyle(e).borderTopWidth")).isEqualTo("1px");
        assertThat(
                        page.locator("#rows td")
                                .first()
                                .evaluate("e => getComputedStyle(e).transitionDuration"))
                .isEqualTo("0s");
        Chrome.shoot(page, "forced-colors");
    }

    @Test
    void pages_withoutScript_canAllBeUsed() {
        try (BrowserContext plain = stage.chrome().context(Chrome.View.SCRIPTLESS)) {
            Page still = stage.enter(plain, "olga");
            still.navigate(stage.url() + "explore?t=24h&n=25");
            still.fill("#q", "user:root");
            still.click("form.search button");
            assertThat(still.locator("#rows tr[data-id]").count()).isEqualTo(25);
            assertThat(still.locator(".plot > svg").isVisible()).isTrue();
            String first = still.locator("#rows tr[data-id]").first().getAttribute("data-id");
            still.click("#older");
            assertThat(still.url()).contains("before=");
            assertThat(still.locator("#rows tr[data-id]").first().getAttribute("data-id"))
                    .isNotEqualTo(first);
            assertThat(
                            still.request()
                                    .get(
                                            stage.url()
                                                    + still.getAttribute("#csv", "href")
                                                            .substring(1))
                                    .text())
                    .contains("root");
            Chrome.shoot(still, "scriptless-explorer");
            still.locator("#rows a.open").first().click();
            assertThat(still.locator(".lead").innerText()).contains("“root” claimed");
            still.navigate(stage.url() + "live");
            still.click("noscript a");
            assertThat(still.locator("#rows tr[data-id]").count()).isPositive();
            still.navigate(stage.url() + "principal?v=nkeys%3Aorders-svc&t=24h");
            still.locator(".acts >> text=Revoke").click();
            still.fill("input[name=reason]", "leaked key, ticket 4711");
            still.fill("input[name=typed]", "nkeys:orders-svc");
            still.click("main button.danger");
            assertThat(still.locator("ul.done").innerText())
                    .contains("Enforced on 3 of 3 instances.");
        }
    }
}
