// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.web.ViewFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A view with a day of {@link Story} and a browser, started once for all tests that look at it. */
final class Stage implements AutoCloseable {
    private final Path folder;
    private final AuditIndex index;
    private final List<AuditEntry> story;
    private final ViewFixture view;
    private final Chrome chrome;
    private final Entries flood = new Entries(9, 50, 50, 20);
    private long late;

    private Stage() {
        try {
            folder = Files.createTempDirectory("stage");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        index = AuditIndex.open(folder.resolve("index.db"));
        story = Story.until(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        index.ingest("story", story.size(), story);
        view =
                ViewFixture.start(
                        ViewFixture.Setup.of(folder, index, Clock.systemUTC())
                                .with(Story.instances()));
        chrome = Chrome.launch();
    }

    /** Gives the stage to whoever wants it; it is taken down behind the last test. */
    static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Stage.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Stage.class))
                    .computeIfAbsent(Stage.class, _ -> new Stage());
        }
    }

    /** So many more entries, all at once. */
    void flood(int count) {
        index.ingest("flood", 0, flood.next(count));
    }

    /** One more refusal, of this very moment. */
    void add(String name) {
        Instant now = Instant.now();
        long high = now.toEpochMilli() << 16 | 0x7000;
        AuditEntry entry =
                AuditEntry.of(Kind.DECISION, new UUID(high, 1L << 63 | late), now, "n1")
                        .at("late", late++)
                        .decision(AuditEntry.DENY)
                        .reason("bad-credential")
                        .presented(new Presented(name, ""))
                        .build();
        index.ingest("late", late, List.of(entry));
    }

    List<AuditEntry> story() {
        return story;
    }

    /** All pages that the server has. */
    Set<String> pages() {
        return view.pages();
    }

    String url() {
        return view.url();
    }

    Chrome chrome() {
        return chrome;
    }

    /** A browser with other cookies than those before, at the first page of somebody. */
    Page enter(BrowserContext context, String name) {
        Page page = context.newPage();
        page.navigate(url() + "login");
        page.fill("input[name=name]", name);
        page.fill("input[name=password]", ViewFixture.PASSWORD);
        page.click("main button");
        page.waitForURL(url());
        return page;
    }

    /** As if another tab were in front of it. */
    static void hide(Page page, boolean hidden) {
        page.evaluate(
                """
                hidden => {
                  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
                  document.dispatchEvent(new Event('visibilitychange'));
                }\
                """,
                hidden);
    }

    /** Somebody who logged in so long ago. */
    void enter(BrowserContext context, String name, Duration ago) {
        Map.Entry<String, String> session = view.sessionOf(name, ago);
        context.addCookies(List.of(new Cookie(session.getKey(), session.getValue()).setUrl(url())));
    }

    @Override
    public void close() throws IOException {
        chrome.close();
        view.close();
        index.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
