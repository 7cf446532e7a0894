// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import java.time.Instant;
import java.util.Optional;

/** An event of OCSF 1.8.0, class Authentication (3002), activity Logon. */
public final class EntryOcsf {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int INFORMATIONAL = 1;
    private static final int LOW = 2;

    private EntryOcsf() {}

    /** One line; empty for what is no decision. */
    public static Optional<String> line(AuditEntry entry, String version) {
        if (entry.kind() != Kind.DECISION) {
            return Optional.empty();
        }
        boolean allowed = entry.decision().equals(AuditEntry.ALLOW);
        ObjectNode event = JSON.createObjectNode();
        event.put("class_uid", 3002).put("class_name", "Authentication");
        event.put("category_uid", 3).put("category_name", "Identity & Access Management");
        event.put("activity_id", 1).put("activity_name", "Logon");
        event.put("type_uid", 300_201).put("type_name", "Authentication: Logon");
        event.put("time", entry.time().toEpochMilli());
        event.put("severity_id", allowed ? INFORMATIONAL : LOW);
        event.put("status_id", allowed ? 1 : 2).put("status", allowed ? "Success" : "Failure");
        put(event, "status_code", entry.reason());
        put(event, "status_detail", entry.detail());
        event.put("logon_type_id", 3).put("logon_type", "Network").put("is_remote", true);
        user(event, entry);
        endpoints(event, entry);
        metadata(event, entry, version);
        return Optional.of(event.toString());
    }

    private static void user(ObjectNode event, AuditEntry entry) {
        ObjectNode user = event.putObject("user");
        String principal = entry.principal();
        String claimed = entry.presented().map(Presented::name).orElse("");
        String bare = principal.substring(principal.indexOf(':') + 1);
        String name = principal.isEmpty() ? claimed : bare;
        user.put("name", name.isEmpty() ? "unknown" : name);
        put(user, "uid", principal);
        if (!entry.account().isEmpty()) {
            user.putObject("account").put("name", entry.account());
        }
        entry.credential()
                .ifPresent(c -> {
                    event.put("auth_protocol_id", 99).put("auth_protocol", c.kind());
                    put(user, "credential_uid", c.fingerprint());
                });
    }

    private static void endpoints(ObjectNode event, AuditEntry entry) {
        entry.client()
                .ifPresent(client -> {
                    ObjectNode source = event.putObject("src_endpoint");
                    put(source, "ip", client.address());
                    put(source, "name", client.name());
                });
        entry.server()
                .ifPresent(server -> {
                    ObjectNode target = event.putObject("dst_endpoint");
                    put(target, "uid", server.id());
                    put(target, "name", server.name());
                });
        event.putObject("service").put("name", "nats");
        if (!entry.session().isEmpty()) {
            ObjectNode session = event.putObject("session").put("uid", entry.session());
            entry.expires()
                    .map(Instant::toEpochMilli)
                    .ifPresent(e -> session.put("expiration_time", e));
        }
    }

    private static void metadata(ObjectNode event, AuditEntry entry, String version) {
        ObjectNode metadata = event.putObject("metadata").put("version", "1.8.0");
        metadata.put("uid", entry.id().toString());
        metadata.put("log_name", entry.log()).put("sequence", entry.seq());
        metadata.putObject("product")
                .put("name", "Countersign")
                .put("vendor_name", "Countersign")
                .put("version", version);
        entry.counted()
                .ifPresent(c ->
                        event.put("count", c.count())
                                .put("start_time", c.first().toEpochMilli())
                                .put("end_time", c.last().toEpochMilli()));
        ObjectNode more = event.putObject("unmapped");
        put(more, "decision", entry.decision());
        put(more, "rule", entry.rule());
        put(more, "revision", entry.revision());
        put(more, "instance", entry.instance());
        put(more, "source", entry.source());
    }

    private static void put(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}
