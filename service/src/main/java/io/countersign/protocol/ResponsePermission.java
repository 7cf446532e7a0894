// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.time.Duration;

/**
 * Permission to reply to received messages ({@code resp}, reference 4).
 *
 * @param max replies per message; −1 = no limit
 * @param ttl how long after the message; negative = no limit
 */
public record ResponsePermission(int max, Duration ttl) {
    public ResponsePermission {
        if (max == 0 || max < -1) {
            throw new IllegalArgumentException("max: " + max + " (expected: > 0, or -1)");
        }
        if (ttl.isZero()) {
            throw new IllegalArgumentException(
                    "ttl: " + ttl + " (expected: > 0, or negative for no limit)");
        }
    }
}
