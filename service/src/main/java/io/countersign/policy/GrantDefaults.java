// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.ResponsePermission;
import java.time.Duration;

/** What a grant gets where its author wrote nothing, and how far its author may go. */
public final class GrantDefaults {
    /**
     * Session length without {@code expires}. An hour bounds what a revocation that cannot reach a
     * server leaves open, and costs each client one login an hour.
     */
    public static final Duration EXPIRES = Duration.ofHours(1);

    /** Share of the session length over which ends are spread, without {@code jitter}. */
    public static final int JITTER_PERCENT = 20;

    /** Shorter sessions would end before a client with a skewed clock has begun. */
    public static final Duration SHORTEST = Duration.ofSeconds(5);

    /** Longer sessions would outlive every key rotation. */
    public static final Duration LONGEST = Duration.ofDays(30);

    /** More would make the written length meaningless. */
    public static final int MAX_JITTER_PERCENT = 50;

    /** {@code allow-responses: true}, and what a service that answers gets without it. */
    public static final ResponsePermission RESPONSES =
            new ResponsePermission(1, Duration.ofMinutes(2));

    private GrantDefaults() {}
}
