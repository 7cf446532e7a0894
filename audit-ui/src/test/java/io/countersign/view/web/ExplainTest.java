// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Credential;
import io.countersign.audit.GrantedPermissions;
import io.countersign.audit.GrantedPermissions.Subjects;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** "Explain again under today's policy": then, now, and the difference. */
class ExplainTest {
    private static final AuditEntry ALLOWED =
            Samples.allow(1, "users:bob").toBuilder()
                    .revision("r1")
                    .credential(new Credential("nkey", "3f9a77"))
                    .client(new Client("10.1.0.1", 7, "Client", "nats", "app", "go", "1", ""))
                    .permissions(
                            new GrantedPermissions(
                                    new Subjects(List.of("app.>"), List.of()),
                                    new Subjects(List.of("app.>"), List.of("app.admin.>")),
                                    Optional.empty()))
                    .build();
    private static final AuditEntry DENIED =
            Samples.deny(2, "carol", "10.1.0.2").toBuilder()
                    .revision("r1")
                    .principal("users:carol")
                    .reason("no-rule")
                    .account("APP")
                    .build();
    private static final AuditEntry UNPROVEN = Samples.deny(3, "alice", "10.1.0.3");

    @TempDir private Path folder;
    private final StandInInstances instances = new StandInInstances();
    private AuditIndex index;
    private ViewFixture view;

    @BeforeEach
    void start() {
        index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 3, List.of(ALLOWED, DENIED, UNPROVEN));
        view = ViewFixture.start(setup().with(instances));
    }

    private ViewFixture.Setup setup() {
        return ViewFixture.Setup.of(folder, index, Clock.fixed(Samples.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private static String allowed(String rule, String account, String publish, String notRead) {
        return """
        {"instance":"n1","revision":"r2","time":"2026-11-23T10:00:00Z","allowed":true,"rule":"%s",
         "grant":{"account":"%s","publish":{"allow":["%s"],"deny":[]},
                  "subscribe":{"allow":["app.>"],"deny":["%s"]},
                  "expires":"2026-11-23T11:00:00Z","tags":[]},"open":[]}
        """
                .formatted(rule, account, publish, notRead);
    }

    private String explained(AuditEntry entry, String person) throws Exception {
        HttpResponse<String> reply =
                view.get("/e/" + entry.id() + "/explain", "Cookie", view.cookieOf(person));
        assertThat(reply.statusCode()).isEqualTo(200);
        return reply.body();
    }

    @Test
    void explain_policyThatDidNotChange_isTheSame() throws Exception {
        instances.answering("explain", allowed("services", "APP", "app.>", "app.admin.>"));

        assertThat(explained(ALLOWED, "vera"))
                .contains("The same: allowed by rule services")
                .doesNotContain("<b>gained</b>")
                .doesNotContain("<b>lost</b>");
        assertThat(instances.asked()).hasSize(1);
        StandInInstances.Asked asked = instances.asked().getFirst();
        assertThat(asked.onBehalfOf()).isEqualTo("local:vera");
        assertThat(asked.body().toString())
                .isEqualTo(
                        "{\"principal\":\"users:bob\",\"rule\":\"services\","
                                + "\"credential\":{\"kind\":\"nkey\",\"fingerprint\":\"3f9a77\"},"
                                + "\"client\":{\"address\":\"10.1.0.1\",\"kind\":\"Client\","
                                + "\"type\":\"nats\",\"name\":\"app\",\"mqtt-id\":\"\"}}");
    }

    @Test
    void explain_ruleOfTheEntry_isGivenWithItsText() throws Exception {
        instances.answering(
                "explain",
                allowed("services", "APP", "app.>", "app.admin.>")
                        .replace(
                                "\"open\":[]",
                                """
                                "open":[],"rule-text":{"rule":"services","denies":false,"when":[
                                  {"key":"groups","expected":"<b>app</b>","found":"app, ops","holds":true},
                                  {"key":"network","expected":"10.0.0.0/8","found":"192.0.2.1","holds":false}]}\
                                """));

        assertThat(explained(ALLOWED, "vera"))
                .contains("It lets in whoever has all of this")
                .contains("&lt;b&gt;app&lt;/b&gt;")
                .contains("10.0.0.0/8")
                .contains("as it is today: the policy has changed since");
        assertThat(explained(ALLOWED, "tom")).contains("The same").doesNotContain("10.0.0.0/8");
        assertThat(view.get("/e/" + ALLOWED.id(), "Cookie", view.cookieOf("vera")).body())
                .contains("/explain#rule");
    }

    @Test
    void explain_otherPermissions_listsWhatIsGainedAndLost() throws Exception {
        instances.answering("explain", allowed("services", "APP", "orders.>", "app.secret"));

        String page = explained(ALLOWED, "vera");

        assertThat(page)
                .contains("allowed again, by rule services, but not as it was")
                .contains("<b>gained</b> <code><bdi>orders.&gt;</bdi>")
                .contains("<b>lost</b> <code><bdi>app.&gt;</bdi>")
                .contains("<b>gained</b> <code><bdi>app.secret</bdi>")
                .contains("<b>lost</b> <code><bdi>app.admin.&gt;</bdi>")
                .contains("<td><bdi>r1</bdi></td><td><bdi>r2</bdi></td>");
    }

    @Test
    void explain_nowRefused_saysWhyAndThatAllIsLost() throws Exception {
        instances.answering(
                "explain",
                """
                {"instance":"n1","revision":"r2","time":"2026-11-23T10:00:00Z","allowed":false,
                 "reason":"no-rule","detail":"no rule matches","open":[{"rule":"ops","asks":["groups"]}]}
                """);

        assertThat(explained(ALLOWED, "vera"))
                .contains("It would now be refused: ")
                .contains("<b>lost</b> <code><bdi>app.&gt;</bdi>")
                .contains("Rule ops might decide otherwise: it asks for groups");
    }

    @Test
    void explain_nowAllowed_saysByWhichRule() throws Exception {
        instances.answering("explain", allowed("people", "APP", "app.>", "x"));

        assertThat(explained(DENIED, "vera"))
                .contains("It would now be allowed, by rule people.")
                .contains("<b>gained</b> <code><bdi>app.&gt;</bdi>");
    }

    @Test
    void explain_toAnAccountOutsideTheScope_saysNothingOfIt() throws Exception {
        instances.answering("explain", allowed("secret-rule", "EDGE", "edge.>", "x"));

        assertThat(explained(ALLOWED, "tom"))
                .contains("an account that you may not see")
                .doesNotContain("secret-rule")
                .doesNotContain("EDGE")
                .doesNotContain("edge.");
    }

    @Test
    void explain_refusalForAScopedViewer_namesNoRuleOfOthers() throws Exception {
        instances.answering(
                "explain",
                """
                {"instance":"n1","revision":"r2","time":"2026-11-23T10:00:00Z","allowed":false,
                 "reason":"address-not-allowed","rule":"edge-rule","detail":"rule edge-rule asks for another network",
                 "open":[{"rule":"ops-rule","asks":["groups"]}]}
                """);

        assertThat(explained(ALLOWED, "tom"))
                .contains("It would now be refused")
                .contains("A rule might decide otherwise")
                .doesNotContain("edge-rule")
                .doesNotContain("ops-rule");
    }

    @Test
    void explain_nobodyProven_asksNobody() throws Exception {
        assertThat(explained(UNPROVEN, "vera")).contains("Nobody was proven here");
        assertThat(instances.asked()).isEmpty();
        assertThat(view.get("/e/" + UNPROVEN.id(), "Cookie", view.cookieOf("vera")).body())
                .doesNotContain("/explain");
    }

    @Test
    void explain_noInstanceOrAnOlderOne_saysSo() throws Exception {
        assertThat(explained(ALLOWED, "vera")).contains("The instances cannot be asked");
        instances.answering("explain", "{\"refused\":\"no such verb: explain\"}");
        assertThat(explained(ALLOWED, "vera")).contains("of an older build");
    }

    @Test
    void explain_withoutAKey_saysWhatIsMissing() throws Exception {
        try (ViewFixture blind = ViewFixture.start(setup())) {
            String page =
                    blind.get("/e/" + ALLOWED.id() + "/explain", "Cookie", blind.cookieOf("vera"))
                            .body();

            assertThat(page).contains("no key to ask the instances").contains("view.yaml");
        }
    }
}
