// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Duration;

/**
 * Bounds of the request path.
 *
 * @param budget from arrival to answer; above 1.5 s clients give up before the answer comes
 *     (design, decision 6)
 */
public record Limits(Duration budget, Duration clockSkew, WhenUnable whenUnable) {
    public Limits {
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("budget: " + budget + " (expected: > 0)");
        }
    }
}
