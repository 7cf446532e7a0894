// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Duration;

/**
 * {@code allow-responses}: replies to received requests, whatever {@code publish} says.
 *
 * @param path of the mapping ({@code rules[0].grant.allow-responses})
 * @param max {@code max}: replies for each request; −1: no limit
 * @param ttl {@code for}: how long a request may be answered; negative: no limit
 */
public record ResponseSource(String path, int max, Duration ttl) {
    private static final int NONE = Integer.MIN_VALUE;

    /** {@code allow-responses: false}: not even where a service would need them. */
    public static ResponseSource none(String path) {
        return new ResponseSource(path, NONE, Duration.ZERO);
    }

    boolean isNone() {
        return max == NONE;
    }
}
