// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for conditions. The kit has its own few lines, because it also serves the demo, where
 * Awaitility is not on the class path; tests are free to use either.
 */
public final class Wait {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private Wait() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @throws AssertionError if it does not within the limit; names {@code what}
     */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        forValue(
                what, limit, () -> condition.getAsBoolean() ? Optional.of(what) : Optional.empty());
    }

    /**
     * Returns the first value that is there.
     *
     * @throws AssertionError if none is within the limit; names {@code what}
     */
    public static <T> T forValue(String what, Duration limit, Supplier<Optional<T>> source) {
        long start = System.nanoTime();
        while (true) {
            Optional<T> value = source.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError(what + ": not yet (expected: within " + limit + ")");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
