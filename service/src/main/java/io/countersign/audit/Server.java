// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** The NATS server that asked. Texts are empty when it sent none. */
public record Server(String id, String name, String cluster, String version) {
    public Server {
        id = AuditEntry.name(id);
        name = AuditEntry.name(name);
        cluster = AuditEntry.name(cluster);
        version = AuditEntry.name(version);
    }
}
