// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.access.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What pages do, and what they cost, while they stand open. */
class OpenPagesIT extends OnStage {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Of a first visit, compressed. */
    private static final int BYTES = 150_000;

    OpenPagesIT(Stage stage) {
        super(stage);
    }

    private boolean isWarned() {
        return page.locator("#ending[open]").count() == 1;
    }

    private String session() {
        return page.request().get(stage.url() + "x/session").text();
    }

    @Test
    void session_twoMinutesBeforeItsEnd_isMadeLongerAndWhatWasTypedStays() {
        stage.enter(context, "vera", Sessions.LIFETIME.minusSeconds(100));
        page.navigate(stage.url() + "explore?t=24h");
        until("a warning", this::isWarned);
        Chrome.shoot(page, "session-ends");
        assertThat(Chrome.complaints(page, List.of())).isEmpty();
        assertThat(page.evaluate("document.activeElement.closest('#ending') !== null"))
                .isEqualTo(true);
        page.evaluate("document.getElementById('q').value = 'half a que'");

        page.keyboard().press("Enter");

        until("no warning", () -> !isWarned());
        assertThat(page.inputValue("#q")).isEqualTo("half a que");
        assertThat(session()).matches("\\{\"seconds\":4[23]\\d\\d\\d,\"more\":true}");
    }

    /** It is said at that time, and not before; and once more when it is over. */
    @Test
    void session_overWhileAPageStandsOpen_isSaidAndLeadsToALogin() {
        stage.enter(context, "vera", Sessions.LIFETIME.minus(HOUR));
        page.clock().install();
        page.navigate(stage.url() + "explore?t=24h");
        page.clock().fastForward(HOUR.minusMinutes(3).toMillis());
        assertThat(isWarned()).isFalse();
        context.clearCookies();
        page.clock().fastForward(Duration.ofMinutes(2).toMillis());
        until("a warning", this::isWarned);

        assertThat(page.locator("#ending-title").innerText()).isEqualTo("You were logged out");
        assertThat(page.locator("#stay").isVisible()).isFalse();
        assertThat(page.getAttribute("#again a", "href")).isEqualTo("/login");
        page.keyboard().press("Escape");
        until("the page again", () -> !isWarned());
        assertThat(page.locator("#rows tr[data-id]").count()).isEqualTo(50);
    }

    @Test
    void explorer_whatCameSince_isCountedAndShownWhenAskedFor() {
        page.clock().install();
        page.navigate(stage.url() + "explore?t=24h&q=outcome%3Adeny");
        String frozen = page.getAttribute("#frozen", "href");
        List<String> before = ids();
        stage.add("latecomer-1");
        stage.add("latecomer-2");
        page.clock().runFor(16_000);
        until("2 newer", () -> page.locator("#fresh[data-new]").count() == 1);
        assertThat(page.locator("#fresh").innerText()).isEqualTo("2 newer · show");
        assertThat(ids()).isEqualTo(before);

        page.click("#fresh");

        until("both of them", () -> ids().indexOf(before.getFirst()) == 2);
        assertThat(page.locator("#rows").innerText()).contains("latecomer-1", "latecomer-2");
        // A link that was copied before shows what it showed.
        page.navigate(stage.url() + frozen.substring(1));
        assertThat(ids()).isEqualTo(before);
        page.reload();
        assertThat(ids()).isEqualTo(before);
    }

    /** The sheet is made from what the help says, and the script must bind just that. */
    @Test
    void sheet_listsExactlyTheKeysThatAreBound() {
        page.navigate(stage.url() + "explore?t=24h");
        String script =
                page.request()
                        .get(
                                stage.url()
                                        + page.getAttribute("script[src*='/view-']", "src")
                                                .substring(1))
                        .text();
        TreeSet<String> bound = new TreeSet<>();
        Matcher own =
                Pattern.compile("(?m)^ {4}(?:\"(.)\"|([a-z])): ")
                        .matcher(between(script, "const keys = {", "};"));
        while (own.find()) {
            String key = own.group(1) == null ? own.group(2) : own.group(1);
            bound.add(key.equals(" ") ? "space" : key);
        }
        Matcher pages =
                Pattern.compile("([a-z]): \"/").matcher(between(script, "const to = {", "};"));
        while (pages.find()) {
            bound.add("g " + pages.group(1));
        }
        page.keyboard().press("Shift+?");
        until("a sheet", () -> page.locator("#keys[open] kbd").count() > 0);

        assertThat(new TreeSet<>(page.locator("#keys kbd").allInnerTexts())).isEqualTo(bound);
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start);
        return text.substring(from, text.indexOf(end, from));
    }

    /** Even if a name did get into a page as a script, the browser would not run it. */
    @Test
    void page_scriptThatIsNotOurs_isStopped() {
        page.navigate(stage.url() + "explore?t=24h");
        page.evaluate(
                """
                () => {
                  const script = document.createElement('script');
                  script.textContent = 'window.hacked = 1';
                  document.body.append(script);
                }\
                """);
        page.waitForTimeout(50);

        assertThat(page.evaluate("window.hacked === undefined")).isEqualTo(true);
        assertThat(stage.chrome().takeTroubles())
                .hasSize(1)
                .first()
                .asString()
                .contains("Content Security Policy");
    }

    /** What a browser gets that was never here, by its own count. */
    @Test
    void explorer_firstVisit_isSmall() {
        page.navigate(stage.url() + "explore?t=24h");
        Object bytes =
                page.evaluate(
                        """
                        performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
                          .reduce((sum, e) => sum + e.transferSize, 0)\
                        """);

        assertThat(((Number) bytes).intValue()).isBetween(BYTES / 10, BYTES);
    }

    /** WCAG 3.3.8: a password manager, or the clipboard, may fill it in. */
    @Test
    void login_pastedIn_letsIn() {
        context.clearCookies();
        page.navigate(stage.url() + "login");
        assertThat(page.getAttribute("input[name=name]", "autocomplete")).isEqualTo("username");
        assertThat(page.getAttribute("input[name=password]", "autocomplete"))
                .isEqualTo("current-password");
        page.focus("input[name=name]");
        page.keyboard().insertText("vera");
        page.focus("input[name=password]");
        page.keyboard().insertText(io.countersign.view.web.ViewFixture.PASSWORD);
        page.keyboard().press("Enter");

        page.waitForURL(stage.url());
    }
}
