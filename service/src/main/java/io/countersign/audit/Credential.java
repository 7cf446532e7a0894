// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * What the client presented, without it.
 *
 * @param kind password, token, nkey, certificate, session, none
 * @param fingerprint keyed hash; empty where there is nothing to hash
 */
public record Credential(String kind, String fingerprint) {
    public Credential {
        kind = AuditEntry.name(kind);
        fingerprint = AuditEntry.name(fingerprint);
    }
}
