// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;

/** How many events one entry stands for, and when the first and the last of them happened. */
public record Counted(long count, Instant first, Instant last) {
    public Counted {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
        }
        first = AuditEntry.milliseconds(first);
        last = AuditEntry.milliseconds(last);
    }
}
