// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Entries for tests. */
final class Entries {
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");
    static final UUID ID = UUID.fromString("019ab000-0000-7000-8000-000000000001");
    private static final EntryIds IDS =
            new EntryIds(Clock.fixed(NOW, ZoneOffset.UTC), new Random(7));

    private Entries() {}

    /** An allow with every fact that an allow has. */
    static AuditEntry allow() {
        return allow(ID, "ldap:ann");
    }

    static AuditEntry allow(UUID id, String principal) {
        return decision(id)
                .decision(AuditEntry.ALLOW)
                .rule("staff")
                .principal(principal)
                .source("ldap")
                .account("APP")
                .permissions(
                        new GrantedPermissions(
                                new GrantedPermissions.Subjects(List.of("orders.>"), List.of()),
                                new GrantedPermissions.Subjects(
                                        List.of("_INBOX.>"), List.of("orders.secret")),
                                Optional.of(new GrantedPermissions.Responses(1, 5000))))
                .expires(Instant.parse("2026-11-23T11:00:00Z"))
                .build();
    }

    static AuditEntry shadowed() {
        return allow().toBuilder()
                .shadow(new Shadow(Shadow.LOSES, "no-rule", "contractors-out", "", ""))
                .build();
    }

    static AuditEntry deny() {
        return deny(ID, "10.0.0.7");
    }

    static AuditEntry deny(UUID id, String address) {
        return decision(id)
                .decision(AuditEntry.DENY)
                .reason("bad-credential")
                .detail("password does not match")
                .client(new Client(address, 118, "Client", "nats", "billing", "go", "1.48.0", ""))
                .build();
    }

    static AuditEntry drop() {
        return AuditEntry.of(Kind.DECISION, ID, NOW, "n1")
                .revision("5f2c")
                .decision(AuditEntry.DROP)
                .reason("undecryptable")
                .detail("sealed for another key")
                .took(Map.of("open", 41L))
                .build();
    }

    static AuditEntry verdict() {
        return AuditEntry.of(Kind.VERDICT, ID, NOW, "n1")
                .reason("refused-by-server")
                .detail("maximum active connections exceeded")
                .server(new Server("NSERVER", "s1", "east", "2.15.1"))
                .refersTo(UUID.fromString("019ab000-0000-7000-8000-000000000000"))
                .build();
    }

    static AuditEntry act() {
        return AuditEntry.of(Kind.ACT, ID, NOW, "n1")
                .reason("revoke")
                .detail("left the company")
                .principal("ldap:ann")
                .by("oidc:carol")
                .build();
    }

    static AuditEntry coalesced() {
        return deny().toBuilder().counted(new Counted(4711, NOW.minusMillis(900), NOW)).build();
    }

    /** Another id with each call. */
    static UUID nextId() {
        return IDS.next();
    }

    private static AuditEntryBuilder decision(UUID id) {
        Map<String, Long> took = new LinkedHashMap<>();
        took.put("open", 12L);
        took.put("verify", 71L);
        took.put("authenticate", 1840L);
        return AuditEntry.of(Kind.DECISION, id, NOW, "n1")
                .revision("5f2c")
                .presented(new Presented("ann", "h:01"))
                .credential(new Credential("password", "h:02"))
                .client(
                        new Client(
                                "10.0.0.7", 118, "Client", "nats", "billing", "go", "1.48.0", ""))
                .server(new Server("NSERVER", "s1", "east", "2.15.1"))
                .session("UUSER")
                .took(took)
                .masked(List.of("pass"))
                .degraded(List.of("throttle-local"));
    }
}
