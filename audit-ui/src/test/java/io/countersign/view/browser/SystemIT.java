// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.BoundingBox;
import io.countersign.kit.Login;
import io.countersign.kit.RawClient;
import io.countersign.kit.ViewProcess;
import io.countersign.kit.Wait;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A person at a browser, with a NATS server, two instances and the view as processes behind it. */
@Tag("beside")
class SystemIT {
    private static final Duration PATIENCE = RealStack.PATIENCE;
    private static final String PASSWORD = "a-password-of-my-own";

    /** What a phone's width can change. */
    private static final int PHONE = 390;

    private static final int HEIGHT = 860;

    private static RealStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = RealStack.start();
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    private static Login connect(String password) {
        return stack.connect("alice", password);
    }

    private static String url() {
        return stack.view().url();
    }

    @Test
    void person_fromFirstLoginToCuttingOff_seesAndActs() throws Exception {
        try (BrowserContext context = stack.chrome().context(Chrome.View.WIDE)) {
            Page page = context.newPage();
            first(page);
            seen(page);
            searched(page);
            toured(page);
            explained(page);
            replicated(page);
            followed(page);
            revoked(page);
            kicked(page);
            unlocked(page);
            restarted(page);
        }
        assertThat(stack.chrome().troubles()).isEmpty();
    }

    /** The password that was printed lets in once, to set another. */
    private void first(Page page) {
        String printed = stack.view().password();
        page.navigate(url());
        page.fill("input[name=name]", "admin");
        page.fill("input[name=password]", printed);
        page.click("main button");
        page.waitForURL("**/first");
        page.fill("input[name=old]", printed);
        page.fill("input[name=password]", PASSWORD);
        page.fill("input[name=again]", PASSWORD);
        page.click("main button");
        page.waitForURL(url());
    }

    private void seen(Page page) throws Exception {
        stack.admitted().close();
        assertThat(connect("wrong")).isInstanceOf(Login.Refused.class);
        until(page, url() + "explore?t=1h&q=user%3Aalice+outcome%3Adeny", "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        assertThat(page.locator(".lead").innerText())
                .startsWith("Denied “alice” claimed")
                .contains("the name or the secret was wrong");
        Chrome.shoot(page, "system-entry");
        new ProvenEntry(stack, page).holdsElsewhere();
        page.locator("text=What the developer sees").click();
        assertThat(page.locator(".answer").innerText())
                .contains("Check both")
                .doesNotContain("alice");
    }

    /** The searches of {@link HandsIT}, over what the instances wrote: facet, brush, export. */
    private static void searched(Page page) {
        page.navigate(url() + "explore?t=1h");
        page.click("#facets section:has(h2:text-is('Outcome')) li:has-text('deny') .with");
        page.waitForURL(url -> url.contains("q=outcome%3Adeny"));
        page.waitForSelector(".chips li");
        BoundingBox plot = page.locator(".plot .u-over").boundingBox();
        page.mouse().move(plot.x + plot.width / 2, plot.y + plot.height / 2);
        page.mouse().down();
        page.mouse().move(plot.x + plot.width - 2, plot.y + plot.height / 2);
        page.mouse().up();
        page.waitForURL(url -> url.contains("Z"));
        Locator rows = page.locator("#rows tr[data-id]");
        assertThat(rows.count()).isPositive();
        for (String form : List.of("csv", "jsonl", "ocsf")) {
            String link = page.getAttribute("#csv", "href").replace("format=csv", "format=" + form);
            String lines = page.request().get(url() + link.substring(1)).text();
            long found = lines.lines().filter(line -> line.contains("alice")).count();
            assertThat(found).as(form).isEqualTo(rows.count());
        }
        Chrome.shoot(page, "system-explorer");
    }

    /** Every page, with what two instances and a server make of it. */
    private static void toured(Page page) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("", "Denied");
        pages.put("explore?t=1h", "alice");
        pages.put("diff?t=1h&q=outcome%3Adeny", "Most different");
        pages.put("act/revoke?kind=principal&v=users%3Aalice", "on your behalf");
        pages.put("principal?v=users%3Aalice&t=1h", "alice");
        pages.put("address?v=127.0.0.1&t=1h", "127.0.0.1");
        pages.put("rule?v=app-users&t=1h", "app-users");
        pages.put("account?v=APP&t=1h", "alice");
        pages.put("instances", "n2");
        pages.put("sessions", "Live sessions");
        pages.put("locks", "In force now");
        pages.put("live", "alice");
        pages.put("why?user=alice&t=1h", "Whose turn is it?");
        pages.put("views", "Saved views");
        pages.put("help", "Queries");
        pages.put("settings", "Time zone");
        pages.put("admin/users", "Local users");
        pages.put("admin/activity", "search");
        pages.forEach((path, text) -> {
            Response response = page.navigate(url() + path);
            assertThat(response.status()).as(path).isEqualTo(200);
            assertThat(page.locator("main").textContent()).as(path).contains(text);
            String name = "system-page-" + path.replaceAll("[?/].*", "");
            Chrome.shoot(page, name);
            onAPhone(page, name + "-phone");
        });
    }

    static void onAPhone(Page page, String name) {
        page.setViewportSize(PHONE, HEIGHT);
        assertThat(Chrome.wider(page)).as(name).isEmpty();
        assertThat(Chrome.complaints(page, List.of())).as(name).isEmpty();
        Chrome.shoot(page, name);
        page.setViewportSize(1280, HEIGHT);
    }

    /**
     * Whoever is logged in at one replica is so at the other, both show the same, and one that lost
     * its index reads it anew.
     */
    private static void replicated(Page page) throws Exception {
        ViewProcess second = stack.replica("second");
        same(page, second);
        page.navigate(second.url() + "explore?t=1h&q=user%3Aalice");
        assertThat(page.locator("#rows tr[data-id]").count()).isPositive();
        page.locator("#rows a.open").last().click();
        page.waitForURL("**/e/*");
        new ProvenEntry(stack, page).isNotWitnessed();

        second.kill();
        Path data = stack.data("second");
        assertThat(data.resolve("index.db")).exists();
        for (String file : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(data.resolve(file));
        }
        second.restart();
        same(page, second);
        second.kill();
    }

    private static void same(Page page, ViewProcess second) {
        String all = "export?t=all&format=jsonl";
        Wait.until(
                "both replicas show the same",
                PATIENCE,
                () -> {
                    String here = page.request().get(url() + all).text();
                    return here.lines().count() > 4
                            && here.equals(page.request().get(second.url() + all).text());
                });
    }

    /** A recorded login under a policy that changes meanwhile; nobody logs in for that. */
    private static void explained(Page page) {
        until(page, url() + "explore?t=1h&q=user%3Aalice+outcome%3Aallow", "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        page.click("text=Explain again under today's policy");
        page.waitForURL("**/explain");
        assertThat(page.locator(".explained").innerText())
                .contains("The same: allowed by rule app-users");
        assertThat(page.locator("#rule").innerText()).contains("groups").contains("app");
        String address = page.url();
        String policy = stack.policy();
        change(
                policy.replace(
                        "publish: { allow: [\"app.>\"] }", "publish: { allow: [\"new.>\"] }"));
        until(page, address, ".explained >> text=but not as it was");
        assertThat(page.locator(".changes").innerText())
                .contains("gained new.>")
                .contains("lost app.>");
        Chrome.shoot(page, "system-explained");
        change(policy.replace("groups: app", "groups: nobodys"));
        until(page, address, ".explained >> text=It would now be refused");
        assertThat(page.locator("table").first().innerText()).contains("no-rule");
        change(policy);
        until(page, address, ".explained >> text=The same");
        page.navigate(url() + "explore?t=1h&q=user%3Aalice+outcome%3Aallow");
        assertThat(page.locator("#rows tr[data-id]").count()).isEqualTo(1);
    }

    private static void change(String policy) {
        assertThat(stack.policy()).isNotEqualTo(policy);
        stack.change(policy);
    }

    /** New rows come by themselves, once each, also over a view that was killed. */
    private void followed(Page page) {
        page.navigate(url() + "live?q=user%3Aalice+outcome%3Adeny,drop");
        page.mouse().move(5, 5);
        page.waitForSelector("#live[data-state=open]");
        int before = page.locator("#rows tr[data-id]").count();
        connect("wrong again");
        rows(page, before + 1);
        stack.view().kill();
        connect("while nobody looks");
        connect("and once more");
        page.waitForSelector("#live[data-state=lost]");
        stack.view().restart();
        // Nothing is shown twice, and what came meanwhile is there; the pointer is not over the
        // list.
        rows(page, before + 3);
        assertThat(page.locator("#rows tr[data-id]").count()).isEqualTo(before + 3);
    }

    /** Waits from outside: the pages' policy lets nobody compile a condition inside of them. */
    private static void rows(Page page, int count) {
        Locator rows = page.locator("#rows tr[data-id]");
        Wait.until(count + " rows", PATIENCE, () -> rows.count() >= count);
        Object ids =
                page.evaluate(
                        "[...document.querySelectorAll('#rows tr[data-id]')].map(r => r.dataset.id)");
        assertThat((List<?>) ids).doesNotHaveDuplicates();
    }

    private void revoked(Page page) {
        page.navigate(url() + "principal?v=users%3Aalice&t=1h");
        page.locator(".acts >> text=Revoke").click();
        page.fill("input[name=reason]", "leaked key, ticket 4711");
        page.fill("input[name=typed]", "users:alice");
        Chrome.shoot(page, "system-revoke");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        assertThat(page.locator("ul.done").innerText())
                .contains("Enforced on 2 of 2 instances.")
                .contains("written into the trail");
        assertThat(connect(stack.password("alice"))).isInstanceOf(Login.Refused.class);
        until(page, url() + "explore?t=1h&q=user%3Aalice+reason%3Arevoked", "#rows a.open");
        acted(page, "leaked key, ticket 4711");

        page.navigate(url() + "locks");
        Chrome.shoot(page, "system-locks");
        page.locator("td a >> text=Lift").click();
        page.fill("input[name=reason]", "a new key was given");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        acted(page, "a new key was given");
    }

    /** It stands in the trail, with the view's name and that of the person. */
    private static void acted(Page page, String reason) {
        String words = URLEncoder.encode("outcome:act \"" + reason + "\"", StandardCharsets.UTF_8);
        until(page, url() + "explore?t=1h&q=" + words, "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        assertThat(page.locator(".lead").innerText()).contains("for local:admin");
        assertThat(page.locator("main").innerText()).contains(reason);
    }

    private void kicked(Page page) {
        try (RawClient client = stack.admitted()) {
            until(page, url() + "sessions", "td a >> text=Kick");
            Chrome.shoot(page, "system-sessions");
            page.locator("td a >> text=Kick").first().click();
            page.fill("input[name=reason]", "to see who comes back");
            page.click("main button.danger");
            page.waitForSelector("ul.done");
            assertThat(client.awaitClosed(PATIENCE)).isTrue();
        }
        acted(page, "to see who comes back");
    }

    /** Guesses until the guesser is locked out, then lets it try again. */
    private void unlocked(Page page) {
        Wait.until(
                "a lockout",
                PATIENCE,
                () -> {
                    stack.connect("mallory", "guess");
                    page.navigate(url() + "locks");
                    return page.locator("td a >> text=Unlock").count() > 0;
                });
        Chrome.shoot(page, "system-lockout");
        page.locator("td a >> text=Unlock").first().click();
        page.fill("input[name=reason]", "it was a test");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        acted(page, "it was a test");
        page.navigate(url() + "locks");
        assertThat(page.locator("td a >> text=Unlock").count()).isZero();
    }

    /** Sealed cookies and an index on disk: a new process goes on where the old one was. */
    private void restarted(Page page) {
        stack.view().kill();
        stack.view().restart();
        page.navigate(url() + "explore?t=1h&q=user%3Aalice");
        Locator rows = page.locator("#rows tr[data-id]");
        assertThat(rows.count()).isGreaterThanOrEqualTo(6);
        rows(page, 6);
    }

    static void until(Page page, String url, String selector) {
        Wait.until(
                selector + " at " + url,
                PATIENCE,
                () -> {
                    page.navigate(url);
                    return page.locator(selector).count() > 0;
                });
    }
}
