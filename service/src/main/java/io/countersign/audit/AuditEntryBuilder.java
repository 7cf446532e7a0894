// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Collects the facts of one {@link AuditEntry}; what is not set stays absent. Not thread-safe. */
public final class AuditEntryBuilder {
    private Kind kind;
    private UUID id;
    private String log = "";
    private long seq = AuditEntry.UNWRITTEN;
    private Instant time;
    private String instance;
    private String revision = "";
    private String decision = "";
    private String reason = "";
    private String detail = "";
    private String rule = "";
    private Optional<Shadow> shadow = Optional.empty();
    private String principal = "";
    private Optional<Presented> presented = Optional.empty();
    private String source = "";
    private String account = "";
    private Optional<GrantedPermissions> permissions = Optional.empty();
    private Optional<Instant> expires = Optional.empty();
    private Optional<Credential> credential = Optional.empty();
    private Optional<Client> client = Optional.empty();
    private Optional<Server> server = Optional.empty();
    private String session = "";
    private Map<String, Long> took = Map.of();
    private List<String> masked = List.of();
    private List<String> degraded = List.of();
    private Optional<Counted> counted = Optional.empty();
    private Optional<UUID> refersTo = Optional.empty();
    private String by = "";

    AuditEntryBuilder(Kind kind, UUID id, Instant time, String instance) {
        this.kind = kind;
        this.id = id;
        this.time = time;
        this.instance = instance;
    }

    AuditEntryBuilder(AuditEntry entry) {
        this(entry.kind(), entry.id(), entry.time(), entry.instance());
        log = entry.log();
        seq = entry.seq();
        revision = entry.revision();
        decision = entry.decision();
        reason = entry.reason();
        detail = entry.detail();
        rule = entry.rule();
        shadow = entry.shadow();
        principal = entry.principal();
        presented = entry.presented();
        source = entry.source();
        account = entry.account();
        permissions = entry.permissions();
        expires = entry.expires();
        credential = entry.credential();
        client = entry.client();
        server = entry.server();
        session = entry.session();
        took = entry.took();
        masked = entry.masked();
        degraded = entry.degraded();
        counted = entry.counted();
        refersTo = entry.refersTo();
        by = entry.by();
    }

    AuditEntryBuilder kind(Kind value) {
        kind = value;
        return this;
    }

    AuditEntryBuilder instance(String value) {
        instance = value;
        return this;
    }

    public AuditEntryBuilder id(UUID value) {
        id = value;
        return this;
    }

    public AuditEntryBuilder time(Instant value) {
        time = value;
        return this;
    }

    /** Where a trail put it. */
    public AuditEntryBuilder at(String logId, long position) {
        log = logId;
        seq = position;
        return this;
    }

    public AuditEntryBuilder revision(String value) {
        revision = value;
        return this;
    }

    public AuditEntryBuilder decision(String value) {
        decision = value;
        return this;
    }

    public AuditEntryBuilder reason(String value) {
        reason = value;
        return this;
    }

    public AuditEntryBuilder detail(String value) {
        detail = value;
        return this;
    }

    public AuditEntryBuilder rule(String value) {
        rule = value;
        return this;
    }

    public AuditEntryBuilder shadow(Shadow value) {
        shadow = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder principal(String value) {
        principal = value;
        return this;
    }

    public AuditEntryBuilder presented(Presented value) {
        presented = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder source(String value) {
        source = value;
        return this;
    }

    public AuditEntryBuilder account(String value) {
        account = value;
        return this;
    }

    public AuditEntryBuilder permissions(GrantedPermissions value) {
        permissions = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder expires(Instant value) {
        expires = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder credential(Credential value) {
        credential = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder client(Client value) {
        client = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder server(Server value) {
        server = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder session(String value) {
        session = value;
        return this;
    }

    public AuditEntryBuilder took(Map<String, Long> value) {
        took = value;
        return this;
    }

    public AuditEntryBuilder masked(List<String> value) {
        masked = value;
        return this;
    }

    public AuditEntryBuilder degraded(List<String> value) {
        degraded = value;
        return this;
    }

    public AuditEntryBuilder counted(Counted value) {
        counted = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder refersTo(UUID value) {
        refersTo = Optional.of(value);
        return this;
    }

    public AuditEntryBuilder by(String value) {
        by = value;
        return this;
    }

    public AuditEntry build() {
        return new AuditEntry(
                kind,
                id,
                log,
                seq,
                time,
                instance,
                revision,
                decision,
                reason,
                detail,
                rule,
                shadow,
                principal,
                presented,
                source,
                account,
                permissions,
                expires,
                credential,
                client,
                server,
                session,
                took,
                masked,
                degraded,
                counted,
                refersTo,
                by);
    }
}
