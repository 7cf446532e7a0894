// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;
import java.util.Optional;

/**
 * How long bodies of decisions and verdicts stay; leaf hashes, acts, reloads and starts stay for
 * ever.
 *
 * @param age bodies older than this go; empty: no limit
 * @param bytes the oldest go while the database uses more than this; empty: no limit
 */
public record Retention(Optional<Duration> age, Optional<Long> bytes) {
    /** Everything stays. */
    public static final Retention NONE = new Retention(Optional.empty(), Optional.empty());

    public Retention {
        if (age.isPresent() && !age.get().isPositive()) {
            throw new IllegalArgumentException("age: " + age.get() + " (expected: > 0)");
        }
        if (bytes.isPresent() && bytes.get() <= 0) {
            throw new IllegalArgumentException("bytes: " + bytes.get() + " (expected: > 0)");
        }
    }

    boolean isNone() {
        return age.isEmpty() && bytes.isEmpty();
    }
}
