// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Credential;
import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What instances say is in force now, on the pages of those whom it concerns. */
class StandingTest {
    private static final AuditEntry ALLOWED =
            Samples.allow(1, "users:bob").toBuilder()
                    .credential(new Credential("nkey", "abcdefghijklmnopqrstuvwxyz"))
                    .build();
    private static final AuditEntry DENIED = Samples.deny(2, "alice", "10.1.0.2");

    @TempDir private Path folder;
    private final StandInInstances instances =
            new StandInInstances()
                    .answering(
                            "revocations",
                            """
                            {"revocations":[
                              {"id":"r1","kind":"address","value":"10.1.0.0/24","author":"mara",
                               "reason":"lab","created":"2026-11-23T09:00:00Z"},
                              {"id":"r2","kind":"credential","value":"abcdefghijklmnopqrstuvwxyz",
                               "author":"mara","reason":"leaked","created":"2026-11-23T09:00:00Z"}]}
                            """)
                    .answering(
                            "lockouts",
                            """
                            {"lockouts":[
                              {"id":"l1","rule":"guess","about":"user bob, address 10.2.0.9",
                               "failures":10,"until":"2026-11-23T11:00:00Z"},
                              {"id":"l2","rule":"nets","about":"address 10.1.0.0/24",
                               "failures":99,"until":"2026-11-23T11:00:00Z"},
                              {"id":"l3","rule":"guess","about":"user bobby, address 10.2.0.8",
                               "failures":10,"until":"2026-11-23T11:00:00Z"}]}
                            """)
                    .answering(
                            "sessions",
                            """
                            {"sessions":[{"server-name":"eu-1","cid":118,"principal":"users:bob",
                              "account":"APP","address":"10.4.7.9",
                              "granted":"2026-11-23T09:00:00Z","session":"UDX"}]}
                            """);
    private AuditIndex index;
    private ViewFixture view;

    @BeforeEach
    void start() {
        index = AuditIndex.open(folder.resolve("index.db"));
        index.ingest("test", 2, List.of(ALLOWED, DENIED));
        view = ViewFixture.start(setup().with(instances));
    }

    private ViewFixture.Setup setup() {
        return ViewFixture.Setup.of(folder, index, Clock.fixed(Samples.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private String page(String path, String person) throws Exception {
        HttpResponse<String> reply = view.get(path, "Cookie", view.cookieOf(person));
        assertThat(reply.statusCode()).as(path).isEqualTo(200);
        return reply.body();
    }

    @Test
    void principal_lockedAndConnected_showsBothAndNobodyElses() throws Exception {
        String page = page("/principal?v=users%3Abob&t=1h", "olga");

        assertThat(page)
                .contains("1 live session")
                .contains("10.4.7.9")
                .contains("user bob, address 10.2.0.9")
                .contains("/act/unlock?id=l1")
                .doesNotContain("bobby")
                .doesNotContain("mara");
        assertThat(instances.asked().getLast().body().toString())
                .isEqualTo("{\"filter\":{\"principal\":\"users:bob\"}}");
    }

    @Test
    void address_inARevokedAndInALockedNetwork_showsBoth() throws Exception {
        assertThat(page("/address?v=10.1.0.2&t=1h", "vera"))
                .contains("<b>Revoked</b> by <bdi>mara</bdi>: <bdi>lab</bdi>")
                .contains("address 10.1.0.0/24")
                .doesNotContain("/act/unlock")
                .doesNotContain("leaked");
    }

    @Test
    void address_refused_showsItsReasonsOverTime() throws Exception {
        assertThat(page("/address?v=10.1.0.2&t=1h", "vera"))
                .contains("Reasons over time")
                .contains("most: 1 at 23 Nov 09:5");
        assertThat(page("/address?v=10.1.0.99&t=1h", "vera")).doesNotContain("Reasons over time");
    }

    @Test
    void credential_byItsFingerprint_hasItsHistoryAndItsRevocation() throws Exception {
        assertThat(page("/e/" + ALLOWED.id(), "vera"))
                .contains("/credential?fp=abcdefghijklmnopqrstuvwxyz");
        assertThat(page("/credential?fp=abcdefghijklmnopqrstuvwxyz&t=1h", "vera"))
                .contains("users:bob")
                .contains("leaked")
                .doesNotContain("alice");
        assertThat(view.get("/credential?fp=%2A", "Cookie", view.cookieOf("vera")).statusCode())
                .isEqualTo(422);
    }

    @Test
    void subject_forAScopedViewer_asksNobody() throws Exception {
        assertThat(page("/principal?v=users%3Abob&t=1h", "tom")).doesNotContain("live session");
        assertThat(page("/credential?fp=abcdefghijklmnopqrstuvwxyz&t=1h", "tom"))
                .contains("users:bob")
                .doesNotContain("leaked");
        assertThat(instances.asked()).isEmpty();
    }

    @Test
    void locks_lockoutOfAnAddress_leadsToItsPage() throws Exception {
        assertThat(page("/locks", "vera"))
                .contains("href=\"/address?v=10.2.0.9\"")
                .contains("href=\"/credential?fp=abcdefghijklmnopqrstuvwxyz\"");
    }

    @Test
    void instances_thatDifferOrAreSilent_areNamed() throws Exception {
        instances.answering(
                "instances",
                """
                {"statuses":[
                  {"instance":"n1","version":"1","revision":"r1","members":2,"sessions":7,
                   "revocations-digest":"a","started":"2026-11-23T08:00:00Z","in-flight":3,
                   "queue":2000,"relay":{"state":"running","behind":412,"failure":""},
                   "links":[{"name":"callout 1","server-name":"eu-1","cid":"7"}]},
                  {"instance":"n2","version":"1","revision":"r2","members":1,
                   "revocations-digest":"a","need-restart":["nats"],
                   "refused-files":{"since":"2026-11-23T09:00:00Z",
                     "problems":["policy.yaml:2: rules: the number 7"]}}],
                 "silent":["n3"]}
                """);

        assertThat(page("/instances", "vera"))
                .contains("n3 does not answer")
                .contains("different policy revisions: n1 r1, n2 r2")
                .contains("n2 sees 1 of 2 instances")
                .contains("n2 refuses its files since 2026-11-23T09:00:00Z")
                .contains("goes on with revision r2: policy.yaml:2: rules: the number 7")
                .contains("n2 needs a restart for nats")
                .doesNotContain("different revocations")
                .contains("running, 412 behind")
                .contains("3 of 2,000 places")
                .contains("callout 1 on eu-1, cid 7")
                .contains("log1")
                .contains("3 places of the log are known, 0 of them under a checkpoint");
    }

    @Test
    void instances_withoutAKey_showsTheTrails() throws Exception {
        try (ViewFixture blind = ViewFixture.start(setup())) {
            String page = blind.get("/instances", "Cookie", blind.cookieOf("vera")).body();

            assertThat(page)
                    .contains("no key to ask the instances")
                    .contains("known by its trail only")
                    .contains("log1");
        }
    }
}
