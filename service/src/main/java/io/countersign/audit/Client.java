// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * The client as the server described it: its own claims, except for address and cid. Texts are
 * empty when absent.
 *
 * @param address without port, as the server saw it
 * @param cid connection id on that server; 0 when unknown
 */
public record Client(
        String address,
        long cid,
        String kind,
        String type,
        String name,
        String language,
        String version,
        String mqttId) {
    public Client {
        address = AuditEntry.name(address);
        kind = AuditEntry.name(kind);
        type = AuditEntry.name(type);
        name = AuditEntry.name(name);
        language = AuditEntry.name(language);
        version = AuditEntry.name(version);
        mqttId = AuditEntry.name(mqttId);
    }
}
