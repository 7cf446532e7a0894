// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Revocations of one and the same value that are not lifted: an immutable list, mostly of one. */
record Active(SignedRevocation revocation, @Nullable Active next) {
    static @Nullable SignedRevocation inForce(@Nullable Active first, Instant now) {
        for (Active at = first; at != null; at = at.next) {
            if (at.revocation.isInForce(now)) {
                return at.revocation;
            }
        }
        return null;
    }

    static @Nullable Active without(@Nullable Active first, SignedRevocation gone) {
        @Nullable Active left = null;
        for (Active at = first; at != null; at = at.next) {
            if (!at.revocation.equals(gone)) {
                left = new Active(at.revocation, left);
            }
        }
        return left;
    }
}
