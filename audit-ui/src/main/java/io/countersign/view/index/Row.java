// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;

/**
 * An entry of the index.
 *
 * @param arrival its place in the order in which this index got them
 * @param scope the account whose viewers may see it; empty: only who sees everything
 * @param isFirst whether it was the first of its principal or its address
 * @param body the exact bytes that its leaf hash is made of; not to be written to
 */
public record Row(long arrival, AuditEntry entry, String scope, boolean isFirst, byte[] body) {
    /** Its id, which is also a cursor. */
    public String id() {
        return entry.id().toString();
    }
}
