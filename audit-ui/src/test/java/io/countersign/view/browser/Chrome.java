// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine's Chromium, driven by the machine's Node. Never downloads anything. Each tab is
 * listened to: errors of scripts, and what the content security policy stopped, fail a test.
 */
final class Chrome implements AutoCloseable {
    private static final double PATIENCE = 60_000;

    /** What makes a page scroll sideways; empty if nothing does. */
    private static final String WIDER =
            """
            (() => {
              const all = document.documentElement, room = all.clientWidth;
              if (all.scrollWidth <= room) return '';
              const wide = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > room);
              return 'scrolls sideways by ' + (all.scrollWidth - room) + ', for example ' + wide.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(' … ');
            })()\
            """;

    private static final int LOOKS = 60;
    private static final double LOOK_MILLIS = 50;
    private static final Path SHOTS = Path.of("target", "screenshots");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> troubles = new ArrayList<>();

    /** How a tab looks at the world. */
    record View(int width, int height, ColorScheme scheme, boolean script) {
        static final View WIDE = new View(1280, 860, ColorScheme.LIGHT, true);
        static final View DARK = new View(1280, 860, ColorScheme.DARK, true);
        static final View PHONE = new View(390, 844, ColorScheme.LIGHT, true);
        static final View PHONE_DARK = new View(390, 844, ColorScheme.DARK, true);
        static final View SCRIPTLESS = new View(1280, 860, ColorScheme.LIGHT, false);
    }

    private Chrome(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chrome launch() {
        Path chromium =
                onPath("chromium")
                        .or(() -> onPath("chromium-browser"))
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "chromium: not in PATH (expected: Debian's package chromium;"
                                                + " ops/test installs it)"));
        Path node =
                onPath("node")
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "node: not in PATH (expected: Node.js >= 20)"));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        environment.put("PLAYWRIGHT_NODEJS_PATH", node.toString());
        Playwright playwright =
                Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        Browser browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(chromium)
                                        .setHeadless(true)
                                        .setTimeout(2 * PATIENCE)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync")));
        return new Chrome(playwright, browser);
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A browser of its own: other cookies than those before. */
    BrowserContext context(View view) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setViewportSize(view.width(), view.height())
                                .setColorScheme(view.scheme())
                                .setJavaScriptEnabled(view.script())
                                .setIgnoreHTTPSErrors(true)
                                .setLocale("en-GB")
                                .setTimezoneId("Europe/Berlin"));
        context.setDefaultTimeout(PATIENCE);
        context.onPage(this::listen);
        return context;
    }

    private void listen(Page page) {
        page.onPageError(error -> troubles.add(page.url() + ": " + error));
        page.onConsoleMessage(message -> {
            // A refused form and a page that is not there are answers, not faults of a script.
            if (message.type().equals("error")
                    && !message.text().contains("Failed to load resource")) {
                troubles.add(page.url() + ": " + message.text());
            }
        });
        page.onDialog(dialog -> {
            troubles.add(page.url() + ": dialog " + dialog.message());
            dialog.dismiss();
        });
    }

    /** What went wrong in any tab. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /**
     * What makes a page scroll sideways; empty if nothing does. Charts are drawn anew a moment
     * after a window has another size.
     */
    static String wider(Page page) {
        String wider = "x";
        for (int i = 0; i < LOOKS && !wider.isEmpty(); i++) {
            page.waitForTimeout(i == 0 ? 0 : LOOK_MILLIS);
            wider = String.valueOf(page.evaluate(WIDER));
        }
        return wider;
    }

    /** The same, for tests that look for them: nobody complains of them any more. */
    List<String> takeTroubles() {
        List<String> taken = List.copyOf(troubles);
        troubles.clear();
        return taken;
    }

    static void shoot(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(SHOTS.resolve(name + ".png"))
                        .setAnimations(
                                com.microsoft.playwright.options.ScreenshotAnimations.DISABLED));
    }

    static void shootWhole(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(SHOTS.resolve(name + ".png"))
                        .setFullPage(true));
    }

    /**
     * What axe-core has to say about the page, a line for each element.
     *
     * @param rules only these; all for WCAG 2.2 AA and good practice if there are none
     */
    static List<String> complaints(Page page, List<String> rules) {
        if (!Boolean.TRUE.equals(page.evaluate("typeof axe !== 'undefined'"))) {
            page.evaluate(axe());
        }
        Object found =
                page.evaluate(
                        """
                        async rules => {
                          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
                          const runOnly = rules.length ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
                          const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
                          return violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' – ' + (n.any.concat(n.all, n.none)[0] || { message: v.help }).message));
                        }\
                        """,
                        rules);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (var in = Chrome.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe.min.js: not on the class path");
            }
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
