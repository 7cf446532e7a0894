// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * How an act in the log accounts for bodies that are no longer there. The act is an entry like any
 * other, so nobody can take bodies away later and say that it was always so.
 */
final class Removal {
    /** Reason codes of the acts. */
    static final String RETENTION = "trail-retention";

    static final String ERASURE = "trail-erasure";

    private Removal() {}

    static boolean isReason(String reason) {
        return reason.equals(RETENTION) || reason.equals(ERASURE);
    }

    /** Detail of an act that allows exactly these places to be empty. */
    static String detail(RangeSet places) {
        return "entries=%d ranges=%d sha256=%s"
                .formatted(places.count(), places.ranges().size(), places.digest());
    }

    /** True if this act allows exactly these places to be empty. */
    static boolean allows(AuditEntry act, RangeSet places) {
        return act.kind() == Kind.ACT
                && isReason(act.reason())
                && (act.detail().equals(detail(places))
                        || act.detail().startsWith(detail(places) + " "));
    }
}
