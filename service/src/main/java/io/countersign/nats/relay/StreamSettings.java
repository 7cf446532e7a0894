// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the audit stream should be.
 *
 * @param replicas empty: three in a cluster, else one; and whatever an existing stream has is right
 * @param maxAge how long messages stay; empty: for ever
 * @param maxBytes how many bytes stay, the oldest go; empty: any number
 * @param create whether a stream that is not there is made
 * @param update whether replicas and retention of an existing stream are changed
 */
public record StreamSettings(
        OptionalInt replicas,
        Optional<Duration> maxAge,
        OptionalLong maxBytes,
        boolean create,
        boolean update) {
    /** Made when it is missing, never changed, nothing goes. */
    public static final StreamSettings DEFAULT =
            new StreamSettings(
                    OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), true, false);
}
