// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditEntryBuilder;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.GrantedPermissions;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.view.web.StandInInstances;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * A day of a company, always the same: services that come and go, a guesser in the morning, a
 * directory that was gone for some minutes, an administrator who revoked a key.
 */
final class Story {
    /** Names that somebody chose to break a page. */
    static final List<String> HOSTILE =
            List.of(
                    "<img src=x onerror=window.hacked=1>",
                    "</script><script>window.hacked=1</script>",
                    "\u202Egnp.exe\u202C",
                    "=HYPERLINK(\"http://evil.example\",\"click\")",
                    "'; DROP TABLE entry; --",
                    "\u001b[31mred\u0007",
                    "nul\u0000byte",
                    "👩‍💻🔥",
                    "../../etc/passwd?q=\"#",
                    "x".repeat(4096));

    private static final List<String> SERVICES =
            List.of("orders-svc", "billing-svc", "stock-svc", "mail-svc", "search-svc");
    private static final List<String> PEOPLE = List.of("carol", "dave", "erin", "frank");
    private static final long DAY = 86_400;

    private final Random random = new Random(7);
    private final List<AuditEntry> entries = new ArrayList<>();
    private final Instant end;
    private long number = 1;

    private Story(Instant end) {
        this.end = end;
    }

    static List<AuditEntry> until(Instant end) {
        Story story = new Story(end);
        story.work();
        story.guesser();
        story.outage();
        story.hostile();
        story.acts();
        story.entries.sort(Comparator.comparing(AuditEntry::time));
        List<AuditEntry> placed = new ArrayList<>();
        for (int i = 0; i < story.entries.size(); i++) {
            placed.add(story.entries.get(i).toBuilder().at("log7f3a", i).build());
        }
        return placed;
    }

    /** What the instances of this company say of themselves today. */
    static StandInInstances instances() {
        return new StandInInstances()
                .answering(
                        "explain",
                        """
                        {"instance":"n2","revision":"71ab04e9","time":"2026-11-28T10:00:00Z",
                         "allowed":true,"rule":"services",
                         "grant":{"account":"APP","publish":{"allow":["orders.>"],"deny":[]},
                                  "subscribe":{"allow":["app.>","_INBOX.>"],"deny":["app.admin.>"]},
                                  "responses":{"max":1,"for":"PT2S"},
                                  "expires":"2026-11-28T11:00:00Z","tags":[]},
                         "open":[{"rule":"directory","asks":["groups"]}],
                         "rule-text":{"rule":"services","denies":false,"when":[
                           {"key":"source","expected":"nkeys","found":"nkeys","holds":true},
                           {"key":"network","expected":"10.4.0.0/16","found":"10.4.7.9","holds":true}]}}
                        """)
                .answering(
                        "revoke",
                        """
                        {"confirmed":["n1","n2","n3"],"instances":3,"audited":true,
                         "sessions":{"ended":1,"remaining":0,"unreachable":0}}
                        """)
                .answering(
                        "revocations",
                        """
                        {"revocations":[
                          {"id":"01900000-0000-7000-8000-00000000000a","kind":"principal",
                           "value":"nkeys:ci-runner","reason":"leaked key, ticket 4711",
                           "author":"admin for local:ann","created":"2026-11-28T09:00:00Z"},
                          {"id":"01900000-0000-7000-8000-00000000000b","kind":"address",
                           "value":"203.0.113.0/24","reason":"<img src=x onerror=window.hacked=1>",
                           "author":"admin","created":"2026-11-28T09:00:00Z",
                           "expires":"2026-12-01T09:00:00Z"}]}
                        """)
                .answering(
                        "instances",
                        """
                        {"statuses":[
                          {"instance":"n1","version":"0.1.0","revision":"71ab04e9",
                           "started":"2026-11-27T09:00:00Z","time":"2026-11-28T10:00:00Z",
                           "requests":120345,"dropped":51,"in-flight":3,"queue":2000,
                           "sessions":212,"members":2,"revocations":12,
                           "revocations-digest":"9f3c","relay":{"state":"running","behind":0,
                           "failure":""},"links":[{"name":"callout 1","server":"NB3K1",
                           "server-name":"eu-1","cid":"7"},{"name":"operations",
                           "server":"NB3K2","server-name":"eu-2","cid":"9"}]},
                          {"instance":"n2","version":"0.1.0","revision":"9f3c61d2",
                           "started":"2026-11-27T09:00:00Z","time":"2026-11-28T10:00:00Z",
                           "requests":98,"dropped":0,"in-flight":0,"queue":2000,
                           "sessions":0,"members":1,"revocations":11,
                           "revocations-digest":"71ab","relay":{"state":"waiting","behind":412,
                           "failure":"no stream"},"links":[]}],
                         "by":["n1","n2"],"silent":["n3"]}
                        """)
                .answering(
                        "lockouts",
                        """
                        {"lockouts":[{"id":"a1","rule":"guessers","about":"user root, address 203.0.113.9",
                          "failures":10,"since":"2026-11-28T09:00:00Z",
                          "until":"2026-11-28T09:15:00Z"}]}
                        """)
                .answering(
                        "sessions",
                        """
                        {"sessions":[{"server":"NB3K1","server-name":"eu-1","cid":118,
                          "principal":"nkeys:orders-svc","account":"APP","address":"10.4.7.9",
                          "granted":"2026-11-28T09:00:00Z","session":"UDX118PZ4Q"}]}
                        """);
    }

    private void work() {
        for (long at = DAY; at > 60; at -= 40 + random.nextInt(80)) {
            boolean office = (at / 3600) % 24 > 4 && (at / 3600) % 24 < 14;
            if (office && random.nextInt(6) == 0) {
                person(at);
            } else {
                service(at);
            }
        }
    }

    private void service(long at) {
        int which = random.nextInt(SERVICES.size());
        String name = SERVICES.get(which);
        AuditEntry entry =
                entry(Kind.DECISION, at)
                        .decision(AuditEntry.ALLOW)
                        .principal("nkeys:" + name)
                        .presented(new Presented(name, ""))
                        .source("nkeys")
                        .account(which < 3 ? "APP" : "EDGE")
                        .rule("services")
                        .credential(new Credential("nkey", "3f9a77c1%02d".formatted(which)))
                        .client(client("10.4.7." + (9 + which), "nats-go-" + name, "go", "1.47.0"))
                        .permissions(
                                new GrantedPermissions(
                                        new GrantedPermissions.Subjects(
                                                List.of("app." + name + ".>"), List.of()),
                                        new GrantedPermissions.Subjects(
                                                List.of("app.>", "_INBOX.>"),
                                                List.of("app.admin.>")),
                                        Optional.empty()))
                        .expires(end.minusSeconds(at).plusSeconds(3600))
                        .session("UDX" + number + "PZ4Q")
                        .took(stages(900))
                        .build();
        entries.add(entry);
        if (random.nextInt(3) == 0) {
            verdict(entry, "accepted", "");
        }
    }

    private void person(long at) {
        String name = PEOPLE.get(random.nextInt(PEOPLE.size()));
        int kind = random.nextInt(8);
        AuditEntryBuilder entry =
                entry(Kind.DECISION, at)
                        .presented(new Presented(name, ""))
                        .source("ldap")
                        .credential(new Credential("password", "b70c1e55"))
                        .client(
                                client(
                                        "10.1.0." + (20 + random.nextInt(9)),
                                        "nats-cli",
                                        "rust",
                                        "0.42"))
                        .took(stages(58_000));
        entries.add(
                switch (kind) {
                    case 0 ->
                            entry.decision(AuditEntry.DENY)
                                    .reason("no-rule")
                                    .principal("ldap:" + name)
                                    .build();
                    case 1 -> entry.decision(AuditEntry.DENY).reason("bad-credential").build();
                    default ->
                            entry.decision(AuditEntry.ALLOW)
                                    .principal("ldap:" + name)
                                    .account("OFFICE")
                                    .rule("people")
                                    .build();
                });
    }

    private void guesser() {
        for (int i = 0; i < 140; i++) {
            String name = List.of("root", "admin", "alice", "test").get(i % 4);
            boolean locked = i > 60 && i % 3 != 0;
            AuditEntryBuilder entry =
                    entry(Kind.DECISION, 5 * 3600 - i * 6L)
                            .decision(AuditEntry.DENY)
                            .reason(locked ? "locked-out" : "bad-credential")
                            .presented(new Presented(name, ""))
                            .source("users")
                            .credential(new Credential("password", "00d1%04x".formatted(i)))
                            .client(client("203.0.113." + (9 + i % 3), "python", "python3", "2.9"))
                            .took(stages(61_000));
            if (i % 40 == 39) {
                Instant last = end.minusSeconds(5 * 3600 - i * 6L);
                entry.counted(new Counted(214, last.minusSeconds(60), last));
            }
            entries.add(entry.build());
        }
    }

    private void outage() {
        for (int i = 0; i < 51; i++) {
            entries.add(
                    entry(Kind.DECISION, 9 * 3600 - i * 9L)
                            .decision(AuditEntry.DROP)
                            .reason("backend-unavailable")
                            .detail("ldap: no answer in 1.2 s")
                            .presented(new Presented(PEOPLE.get(i % 4), ""))
                            .source("ldap")
                            .client(client("10.1.0." + (20 + i % 9), "nats-cli", "rust", "0.42"))
                            .took(stages(1_200_000))
                            .build());
        }
    }

    private void hostile() {
        for (int i = 0; i < HOSTILE.size(); i++) {
            entries.add(
                    entry(Kind.DECISION, 60 - i)
                            .decision(AuditEntry.DENY)
                            .reason("bad-credential")
                            .detail(HOSTILE.get(i))
                            .presented(new Presented(HOSTILE.get(i), "h" + i))
                            .source("users")
                            .credential(new Credential("password", "beef%04x".formatted(i)))
                            .client(client("198.51.100.7", HOSTILE.get(i), "go", "1.47.0"))
                            .took(stages(57_000))
                            .build());
        }
    }

    private void acts() {
        entries.add(
                entry(Kind.ACT, 4 * 3600)
                        .by("admin for local:ann")
                        .detail("revoked principal nkeys:ci-runner: leaked key, ticket 4711")
                        .build());
        entries.add(entry(Kind.START, DAY - 5).build());
        entries.add(entry(Kind.RELOAD, 7 * 3600).reason("reloaded").detail("was 9f3c").build());
        AuditEntry refused =
                entry(Kind.DECISION, 30)
                        .decision(AuditEntry.ALLOW)
                        .principal("ldap:bob")
                        .source("ldap")
                        .account("EDGE")
                        .rule("edge")
                        .client(client("10.9.0.3", "edge-17", "go", "1.47.0"))
                        .took(stages(1_400))
                        .build();
        entries.add(refused);
        verdict(refused, "refused-by-server", "account EDGE is not in allowed_accounts");
    }

    private void verdict(AuditEntry about, String decision, String detail) {
        entries.add(
                AuditEntry.of(
                                Kind.VERDICT,
                                id(about.time().plusMillis(2)),
                                about.time().plusMillis(2),
                                about.instance())
                        .revision(about.revision())
                        .decision(decision)
                        .detail(detail)
                        .refersTo(about.id())
                        .account(about.account())
                        .build());
    }

    private AuditEntryBuilder entry(Kind kind, long before) {
        Instant time = end.minusSeconds(before).plusMillis(random.nextInt(1000));
        boolean second = random.nextBoolean();
        return AuditEntry.of(kind, id(time), time, second ? "n2" : "n1")
                .revision(before > 7 * 3600 ? "9f3c61d2" : "71ab04e9")
                .server(
                        new Server(
                                "NB3K" + (second ? "2" : "1"),
                                second ? "eu-2" : "eu-1",
                                "eu",
                                "2.15.1"));
    }

    private UUID id(Instant time) {
        long high = time.toEpochMilli() << 16 | 0x7000 | number % 0xfff;
        return new UUID(high, 0x8000_0000_0000_0000L | number++);
    }

    private static Client client(String address, String name, String language, String version) {
        return new Client(address, 118, "Client", "nats", name, language, version, "");
    }

    private Map<String, Long> stages(long authenticate) {
        Map<String, Long> took = new LinkedHashMap<>();
        took.put("open", 90L + random.nextInt(40));
        took.put("verify", 110L + random.nextInt(40));
        took.put("server", 12L);
        took.put("authenticate", authenticate + random.nextInt(900));
        took.put("revoked", 3L);
        took.put("decide", 14L);
        took.put("sign", 80L);
        took.put("seal", 30L);
        return took;
    }
}
