// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * The name that a client claimed, proven or not.
 *
 * @param name at most 256 bytes; empty when showing it could show a secret
 * @param hash keyed hash of the whole name, so that cut or hidden names can still be compared
 */
public record Presented(String name, String hash) {
    public Presented {
        name = AuditEntry.name(name);
        hash = AuditEntry.name(hash);
    }
}
