// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.countersign.kit.TcpRelay;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** New entries as they come: seen, paused, hidden, cut off, and heard of. */
class LiveIT extends OnStage {
    LiveIT(Stage stage) {
        super(stage);
    }

    /** It stands still however much comes, and says then what did not fit. */
    @Test
    void live_underThePointer_standsStillAndLosesNothingUnsaid() {
        follow(page);
        String newest = ids().getFirst();
        stage.flood(1);
        until("a row", () -> !ids().getFirst().equals(newest));
        page.hover("#rows tr[data-id] .time");
        until("a pause", () -> text("#state").startsWith("Paused"));
        String before = String.valueOf(page.evaluate(IDS));
        Object top =
                page.evaluate("document.querySelector('#rows tr').getBoundingClientRect().top");
        for (int i = 1; i <= 5; i++) {
            stage.flood(100);
            int waiting = i < 5 ? 100 * i : 500;
            until(waiting + " waiting", () -> waiting() >= waiting);
        }
        assertThat(text("#state")).isEqualTo("Paused – more than 500 waiting");
        stage.flood(800);
        assertThat(page.title()).isEqualTo("(500+) Live – paused");
        assertThat(String.valueOf(page.evaluate(IDS))).isEqualTo(before);
        assertThat(page.evaluate("document.querySelector('#rows tr').getBoundingClientRect().top"))
                .isEqualTo(top);

        page.mouse().move(5, 5);
        until("a gap", () -> page.locator("tr.gap").count() == 1);
        assertThat(page.getAttribute("tr.gap", "data-gap")).isEqualTo("350");
        assertThat(text("tr.gap")).contains("350 more entries came than can be shown here");
        Chrome.shoot(page, "live-gap");
        assertThat(ids()).hasSizeLessThanOrEqualTo(500).doesNotHaveDuplicates();
        assertThat(page.locator("#older").isVisible()).isTrue();
        page.click("tr.gap a");
        until("what was left out", () -> at("/explore?t="));
        assertThat(text("#said")).matches("(?s)(35\\d|[34]\\d\\d) entries.*");
    }

    /** Browsers open six connections to a host, so a tab that nobody sees gives its own back. */
    @Test
    void live_hiddenTab_restsAndMissesNothing() {
        page.clock().install();
        follow(page);
        Stage.hide(page, true);
        page.clock().runFor(11_000);
        List<String> before = ids();
        stage.flood(3);
        // Whoever still had a stream would have got them by the time that this one has.
        try (BrowserContext other = stage.chrome().context(Chrome.View.WIDE)) {
            stage.enter(other, "vera", Duration.ZERO);
            Page seen = other.newPage();
            follow(seen);
            stage.flood(1);
            until(
                    "a row elsewhere",
                    () -> !String.valueOf(seen.evaluate(IDS + "[0]")).equals(before.getFirst()));
        }
        assertThat(ids()).isEqualTo(before);
        Stage.hide(page, false);
        until("what came", () -> ids().indexOf(before.getFirst()) == 4);
        assertThat(ids()).doesNotHaveDuplicates();
    }

    /** A proxy's error is no end: the list goes on where it was. */
    @Test
    void live_proxySays503_nothingIsLostOrDoubled() {
        page.route(
                "**/live/events**",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
        page.navigate(stage.url() + "live");
        page.mouse().move(5, 5);
        until("a loss", () -> "lost".equals(page.getAttribute("#live", "data-state")));
        List<String> before = ids();
        stage.flood(4);
        page.unroute("**/live/events**");

        until("what came", () -> ids().indexOf(before.getFirst()) == 4);
        assertThat(ids()).doesNotHaveDuplicates();
    }

    /** Minutes in a tunnel: all that a page can keep is there afterwards, and a way to the rest. */
    @Test
    void live_noNetworkForMinutes_showsWhatFitsAndLeadsToTheRest() {
        URI url = URI.create(stage.url());
        try (TcpRelay network = TcpRelay.to(url.getHost(), url.getPort())) {
            page.navigate("http://%s:%d/live".formatted(network.host(), network.port()));
            page.mouse().move(5, 5);
            until("a stream", () -> "open".equals(page.getAttribute("#live", "data-state")));
            String before = ids().getFirst();
            offline(network, 400);
            until("what came", () -> ids().indexOf(before) == 400);
            assertThat(ids()).doesNotHaveDuplicates();
            assertThat(page.locator("tr.gap").count()).isZero();

            List<String> known = ids();
            offline(network, 3000);
            until("a gap", () -> page.locator("tr.gap").count() == 1);
            until("the newest", () -> ids().indexOf(known.getFirst()) == 450);
            assertThat(page.getAttribute("tr.gap", "data-gap")).isEqualTo("2550");
            assertThat(ids()).doesNotHaveDuplicates();
        }
    }

    private void offline(TcpRelay network, int missed) {
        network.cut();
        until("a loss", () -> "lost".equals(page.getAttribute("#live", "data-state")));
        stage.flood(missed);
        network.heal();
    }

    private int waiting() {
        String digits = text("#state").replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** A person who cannot see hears of new rows, but is not read every one. */
    @Test
    void live_manyRows_areAnnouncedAtMostEveryTenSeconds() {
        page.clock().install();
        follow(page);
        page.evaluate(
                """
                () => {
                  const status = document.getElementById('status');
                  window.said = [];
                  new MutationObserver(() => window.said.push(Date.now())).observe(status, { childList: true, characterData: true, subtree: true });
                }\
                """);
        for (int i = 0; i < 8; i++) {
            String newest = ids().getFirst();
            stage.flood(2);
            until("rows", () -> !ids().getFirst().equals(newest));
            page.clock().runFor(3000);
        }

        List<Long> said =
                ((List<?>) page.evaluate("window.said"))
                        .stream().map(at -> ((Number) at).longValue()).toList();
        assertThat(said).hasSizeBetween(2, 4);
        for (int i = 1; i < said.size(); i++) {
            assertThat(said.get(i) - said.get(i - 1)).isGreaterThanOrEqualTo(10_000);
        }
        assertThat(page.locator("#status").textContent()).matches("\\d+ new, \\d+ denied");
        assertThat(
                        page.evaluate(
                                "document.querySelector('#rows').closest('[aria-live],[role=status],[role=alert],[role=log]') === null"))
                .isEqualTo(true);
    }

    /** Browsers open six connections to a host: as many streams would starve every other page. */
    @Test
    void live_eightTabs_starveNobodyAndMissNothing() {
        page.clock().install();
        List<Page> tabs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Page tab = i == 0 ? page : context.newPage();
            follow(tab);
            tabs.add(tab);
            // Whoever opens the next one does not see this one any more.
            Stage.hide(tab, true);
            tab.clock().runFor(11_000);
        }
        Page other = context.newPage();
        other.navigate(stage.url() + "explore?t=24h");
        assertThat(ids(other)).hasSize(50);

        List<String> before = ids(tabs.get(1));
        stage.flood(3);
        Stage.hide(tabs.get(1), false);
        until("what came", () -> ids(tabs.get(1)).indexOf(before.getFirst()) == 3);
        assertThat(ids(tabs.get(1))).doesNotHaveDuplicates();
        assertThat(ids(tabs.get(2))).isEqualTo(before);
    }
}
