// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.view.index.Field;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Entries for tests. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private Samples() {}

    /** The n-th entry of a log: every third is allowed, the others are denied. */
    public static AuditEntry entry(int n) {
        return n % 3 == 0 ? allow(n, "users:bob") : deny(n, "alice", "10.1.0." + n % 200);
    }

    public static AuditEntry allow(int n, String principal) {
        return AuditEntry.of(Kind.DECISION, new UUID(0x7000L | n, n), NOW.minusSeconds(n), "n1")
                .at("log1", n)
                .decision(AuditEntry.ALLOW)
                .principal(principal)
                .rule("services")
                .account("APP")
                .build();
    }

    public static AuditEntry deny(int n, String claimed, String address) {
        return AuditEntry.of(Kind.DECISION, new UUID(0x7000L | n, n), NOW.minusSeconds(n), "n1")
                .at("log1", n)
                .decision(AuditEntry.DENY)
                .reason("bad-credential")
                .presented(new Presented(claimed, ""))
                .client(new Client(address, 1, "Client", "nats", "app", "go", "1", ""))
                .build();
    }

    /** One that differs from all others in every field. */
    public static AuditEntry planted() {
        return AuditEntry.of(Kind.DECISION, new UUID(0x7000L | 900, 900), NOW.minusSeconds(9), "n9")
                .at("log9", 7)
                .revision("rev-planted")
                .decision(AuditEntry.DROP)
                .reason("overloaded")
                .principal("ldap:planted")
                .presented(new Presented("claimed-planted", ""))
                .rule("rule-planted")
                .source("source-planted")
                .account("PLANTED")
                .by("admin-planted")
                .client(
                        new Client(
                                "198.51.100.77",
                                4711,
                                "Leafnode",
                                "mqtt",
                                "client-planted",
                                "cobol",
                                "9.9.9",
                                "mqtt-planted"))
                .server(new Server("NPLANTED", "s-planted", "c-planted", "2.15.1"))
                .credential(new Credential("certificate", "abcdef99"))
                .session("UPLANTED")
                .took(Map.of("open", 9_000_000L))
                .counted(new Counted(4321, NOW.minusSeconds(10), NOW.minusSeconds(9)))
                .degraded(List.of("throttle-local"))
                .build();
    }

    /** What finds it. */
    public static Map<Field, String> plantedValues() {
        Map<Field, String> values = new EnumMap<>(Field.class);
        values.put(Field.OUTCOME, "drop");
        values.put(Field.REASON, "overloaded");
        values.put(Field.USER, "claimed-planted");
        values.put(Field.PRINCIPAL, "\"ldap:planted\"");
        values.put(Field.PRESENTED, "claimed-planted");
        values.put(Field.ADDR, "198.51.100.0/24");
        values.put(Field.ACCOUNT, "PLANTED");
        values.put(Field.RULE, "rule-planted");
        values.put(Field.SOURCE, "source-planted");
        values.put(Field.INSTANCE, "n9");
        values.put(Field.SERVER, "s-planted");
        values.put(Field.CLUSTER, "c-planted");
        values.put(Field.CID, "s-planted/4711");
        values.put(Field.CLIENT, "client-planted");
        values.put(Field.LANG, "Cobol");
        values.put(Field.VERSION, "9.9*");
        values.put(Field.KIND, "leafnode");
        values.put(Field.TYPE, "mqtt");
        values.put(Field.MQTT, "mqtt-planted");
        values.put(Field.CREDENTIAL, "fp:abcdef");
        values.put(Field.BY, "admin-planted");
        values.put(Field.SESSION, "UPLANTED");
        values.put(Field.REVISION, "rev-planted");
        values.put(Field.VERDICT, "timeout");
        values.put(Field.IS, "degraded");
        values.put(Field.TOOK, ">8s");
        values.put(Field.COUNT, ">4000");
        values.put(Field.SEQ, "log9/7");
        values.put(Field.ID, planted().id().toString());
        return values;
    }

    /** What a server made of a decision. */
    public static AuditEntry verdict(int n, String what, AuditEntry decision) {
        return AuditEntry.of(Kind.VERDICT, new UUID(0x7000L | n, n), NOW.minusSeconds(n), "n1")
                .at("log1", n)
                .decision(what)
                .refersTo(decision.id())
                .build();
    }
}
