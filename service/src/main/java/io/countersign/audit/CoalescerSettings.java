// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;

/**
 * When refusals stop being logged one by one.
 *
 * @param perKey refusals a second for one reason and address that are logged singly
 * @param perReason refusals a second for one reason, from all addresses together
 * @param keys addresses remembered; further ones count under their reason alone
 * @param flush counted refusals are on disk after at most this long
 */
public record CoalescerSettings(int perKey, int perReason, int keys, Duration flush) {
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(1);

    /** 5 a second for one address, 200 for one reason, 20,000 addresses, 500 ms. */
    public static final CoalescerSettings DEFAULT =
            new CoalescerSettings(5, 200, 20_000, Duration.ofMillis(500));

    public CoalescerSettings {
        if (perKey < 1 || perReason < 1 || keys < 1) {
            throw new IllegalArgumentException(
                    "per key, per reason, keys: %d, %d, %d (expected: >= 1)"
                            .formatted(perKey, perReason, keys));
        }
        if (!flush.isPositive() || flush.compareTo(LONGEST_FLUSH) > 0) {
            throw new IllegalArgumentException("flush: " + flush + " (expected: > 0, <= PT1S)");
        }
    }
}
