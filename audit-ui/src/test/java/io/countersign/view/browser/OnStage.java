// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.countersign.kit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Somebody who looks at the made-up day in a browser, logged in as vera; a new one for each test.
 */
@ExtendWith(Stage.Shared.class)
abstract class OnStage {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String IDS =
            "[...document.querySelectorAll('#rows tr[data-id]')].map(r => r.dataset.id)";

    final Stage stage;
    final BrowserContext context;
    final Page page;

    OnStage(Stage stage) {
        this.stage = stage;
        this.context = stage.chrome().context(Chrome.View.WIDE);
        stage.enter(context, "vera", Duration.ZERO);
        this.page = context.newPage();
    }

    @AfterEach
    void leave() {
        context.close();
        assertThat(stage.chrome().troubles()).isEmpty();
    }

    static void until(String what, BooleanSupplier condition) {
        Wait.until(what, PATIENCE, condition);
    }

    static List<String> ids(Page of) {
        return ((List<?>) of.evaluate(IDS)).stream().map(String::valueOf).toList();
    }

    List<String> ids() {
        return ids(page);
    }

    String text(String selector) {
        return page.locator(selector).innerText();
    }

    /** Playwright hears of a new address only while it waits. */
    String address() {
        page.waitForTimeout(20);
        return page.url();
    }

    boolean at(String part) {
        return address().contains(part);
    }

    /** To the list of new entries, with the pointer beside it. */
    void follow(Page tab) {
        tab.navigate(stage.url() + "live");
        tab.mouse().move(5, 5);
        until("a stream", () -> "open".equals(tab.getAttribute("#live", "data-state")));
    }
}
