// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import java.time.Instant;
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

    /** What a server made of a decision. */
    public static AuditEntry verdict(int n, String what, AuditEntry decision) {
        return AuditEntry.of(Kind.VERDICT, new UUID(0x7000L | n, n), NOW.minusSeconds(n), "n1")
                .at("log1", n)
                .decision(what)
                .refersTo(decision.id())
                .build();
    }
}
