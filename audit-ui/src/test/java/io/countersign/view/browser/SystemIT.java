// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.BoundingBox;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.crypto.Ed25519;
import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.PostgresServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.ViewProcess;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person at a browser, with a NATS server, two instances and the view as processes behind it. */
class SystemIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PASSWORD = "a-password-of-my-own";

    private static Deployment system;
    private static ViewProcess view;
    private static Chrome chrome;

    @BeforeAll
    static void start() throws Exception {
        system = Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST));
        List<InstanceProcess> instances = new ArrayList<>();
        List<Integer> ports = FreePorts.several(2);
        String members = ports.stream().map(p -> "\"127.0.0.1:" + p + "\"").toList().toString();
        for (int i = 0; i < ports.size(); i++) {
            Path file = system.folder().resolve("countersign-" + i + ".yaml");
            Files.writeString(
                    file,
                    Files.readString(system.configuration())
                            + "cluster-network: {listen: \"127.0.0.1:%d\", members: %s}%n"
                                    .formatted(ports.get(i), members));
            instances.add(InstanceProcess.start("n" + (i + 1), file, system.workspace()));
        }
        instances.forEach(InstanceProcess::awaitReady);
        Path configuration = system.folder().resolve("view.yaml");
        Files.writeString(
                configuration,
                """
                port: %d
                people: "%s"
                nats: {servers: ["%s"], credentials: creds/operations.creds}
                admin: {key: keys/admin-requests.nk, credentials: creds/admin.creds, cluster: test}
                """
                        .formatted(
                                FreePorts.several(1).getFirst(),
                                PostgresServer.shared().database(),
                                system.server().url()));
        view = ViewProcess.start(configuration, system.workspace().dir().resolve("view.log"));
        chrome = Chrome.launch();
    }

    @AfterAll
    static void stop() {
        if (chrome != null) {
            chrome.close();
        }
        if (view != null) {
            view.close();
        }
        if (system != null) {
            system.close();
        }
    }

    private static Login login(RawClient client, String user, String password) {
        return client.login(system.connect(Map.of("user", user, "pass", password)), PATIENCE);
    }

    private static Login connect(String user, String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            return login(client, user, password);
        }
    }

    private static Login connect(String password) {
        return connect("alice", password);
    }

    /** A busy machine may leave a login unanswered, which is no refusal of ours. */
    private static RawClient admitted() {
        return Wait.forValue(
                "alice is let in",
                PATIENCE,
                () -> {
                    RawClient client = RawClient.connect(system.server());
                    if (login(client, "alice", system.password("alice"))
                            instanceof Login.Admitted) {
                        return Optional.of(client);
                    }
                    client.close();
                    return Optional.empty();
                });
    }

    @Test
    void person_fromFirstLoginToCuttingOff_seesAndActs() {
        try (BrowserContext context = chrome.context(Chrome.View.WIDE)) {
            Page page = context.newPage();
            first(page);
            seen(page);
            searched(page);
            toured(page);
            explained(page);
            followed(page);
            revoked(page);
            kicked(page);
            unlocked(page);
            restarted(page);
        }
        assertThat(chrome.troubles()).isEmpty();
    }

    /** The password that was printed lets in once, to set another. */
    private void first(Page page) {
        String printed = view.password();
        page.navigate(view.url());
        page.fill("input[name=name]", "admin");
        page.fill("input[name=password]", printed);
        page.click("main button");
        page.waitForURL("**/first");
        page.fill("input[name=old]", printed);
        page.fill("input[name=password]", PASSWORD);
        page.fill("input[name=again]", PASSWORD);
        page.click("main button");
        page.waitForURL(view.url());
    }

    private void seen(Page page) {
        admitted().close();
        assertThat(connect("wrong")).isInstanceOf(Login.Refused.class);
        until(page, view.url() + "explore?t=1h&q=user%3Aalice+outcome%3Adeny", "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        assertThat(page.locator(".lead").innerText())
                .startsWith("Denied “alice” claimed")
                .contains("the name or the secret was wrong");
        Chrome.shoot(page, "system-entry");
        proven(page);
        page.locator("text=What the developer sees").click();
        assertThat(page.locator(".answer").innerText())
                .contains("Check both")
                .doesNotContain("alice");
    }

    /** Once the instance has signed a checkpoint over it, and the view has read that. */
    private void proven(Page page) {
        String entry = page.url();
        until(page, entry, ".proof .verified");
        byte[] body = page.request().get(entry + ".json").body();
        String proof = page.request().get(entry + ".tlog-proof").text();
        String vkey = page.locator(".proof dt:text-is(\"Log's key\") + dd bdi").innerText();
        assertThatCode(() ->
                        InclusionProof.parse(proof)
                                .verify(body, NoteVerifier.parse(vkey.strip(), Ed25519.best())))
                .doesNotThrowAnyException();
    }

    /** The searches of {@link HandsIT}, over what the instances wrote: facet, brush, export. */
    private static void searched(Page page) {
        page.navigate(view.url() + "explore?t=1h");
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
            String lines = page.request().get(view.url() + link.substring(1)).text();
            long found = lines.lines().filter(line -> line.contains("alice")).count();
            assertThat(found).as(form).isEqualTo(rows.count());
        }
        Chrome.shoot(page, "system-explorer");
    }

    /** Every page, with what two instances and a server make of it. */
    private static void toured(Page page) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("", "Denied");
        pages.put("principal?v=users%3Aalice&t=1h", "alice");
        pages.put("address?v=127.0.0.1&t=1h", "127.0.0.1");
        pages.put("rule?v=app-users&t=1h", "app-users");
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
            Response response = page.navigate(view.url() + path);
            assertThat(response.status()).as(path).isEqualTo(200);
            assertThat(page.locator("main").textContent()).as(path).contains(text);
            Chrome.shoot(page, "system-page-" + path.replaceAll("[?/].*", ""));
        });
    }

    /** A recorded login under a policy that changes meanwhile; nobody logs in for that. */
    private static void explained(Page page) {
        until(page, view.url() + "explore?t=1h&q=user%3Aalice+outcome%3Aallow", "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        page.click("text=Explain again under today's policy");
        page.waitForURL("**/explain");
        assertThat(page.locator(".explained").innerText())
                .contains("The same: allowed by rule app-users");
        assertThat(page.locator("#rule").innerText()).contains("groups").contains("app");
        String address = page.url();
        String policy = policy();
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
        page.navigate(view.url() + "explore?t=1h&q=user%3Aalice+outcome%3Aallow");
        assertThat(page.locator("#rows tr[data-id]").count()).isEqualTo(1);
    }

    private static String policy() {
        try {
            return Files.readString(system.folder().resolve("policy.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void change(String policy) {
        assertThat(policy()).isNotEqualTo(policy);
        system.withPolicy(policy);
    }

    /** New rows come by themselves, once each, also over a view that was killed. */
    private void followed(Page page) {
        page.navigate(view.url() + "live?q=user%3Aalice+outcome%3Adeny,drop");
        page.mouse().move(5, 5);
        page.waitForSelector("#live[data-state=open]");
        int before = page.locator("#rows tr[data-id]").count();
        connect("wrong again");
        rows(page, before + 1);
        view.kill();
        connect("while nobody looks");
        connect("and once more");
        page.waitForSelector("#live[data-state=lost]");
        view.restart();
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
        page.navigate(view.url() + "principal?v=users%3Aalice&t=1h");
        page.locator(".acts >> text=Revoke").click();
        page.fill("input[name=reason]", "leaked key, ticket 4711");
        page.fill("input[name=typed]", "users:alice");
        Chrome.shoot(page, "system-revoke");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        assertThat(page.locator("ul.done").innerText())
                .contains("Enforced on 2 of 2 instances.")
                .contains("written into the trail");
        assertThat(connect(system.password("alice"))).isInstanceOf(Login.Refused.class);
        until(page, view.url() + "explore?t=1h&q=user%3Aalice+reason%3Arevoked", "#rows a.open");
        acted(page, "leaked key, ticket 4711");

        page.navigate(view.url() + "locks");
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
        until(page, view.url() + "explore?t=1h&q=" + words, "#rows a.open");
        page.locator("#rows a.open").first().click();
        page.waitForURL("**/e/*");
        assertThat(page.locator(".lead").innerText()).contains("for local:admin");
        assertThat(page.locator("main").innerText()).contains(reason);
    }

    private void kicked(Page page) {
        try (RawClient client = admitted()) {
            until(page, view.url() + "sessions", "td a >> text=Kick");
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
                    connect("mallory", "guess");
                    page.navigate(view.url() + "locks");
                    return page.locator("td a >> text=Unlock").count() > 0;
                });
        Chrome.shoot(page, "system-lockout");
        page.locator("td a >> text=Unlock").first().click();
        page.fill("input[name=reason]", "it was a test");
        page.click("main button.danger");
        page.waitForSelector("ul.done");
        acted(page, "it was a test");
        page.navigate(view.url() + "locks");
        assertThat(page.locator("td a >> text=Unlock").count()).isZero();
    }

    /** Sealed cookies and an index on disk: a new process goes on where the old one was. */
    private void restarted(Page page) {
        view.kill();
        view.restart();
        page.navigate(view.url() + "explore?t=1h&q=user%3Aalice");
        Locator rows = page.locator("#rows tr[data-id]");
        assertThat(rows.count()).isGreaterThanOrEqualTo(6);
        rows(page, 6);
    }

    private static void until(Page page, String url, String selector) {
        Wait.until(
                selector + " at " + url,
                PATIENCE,
                () -> {
                    page.navigate(url);
                    return page.locator(selector).count() > 0;
                });
    }
}
