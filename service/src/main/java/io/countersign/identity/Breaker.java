// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.function.LongSupplier;

/**
 * Leaves a backend alone after it failed so often in a row; after a pause one question may try it.
 * Failing at once is worth more than another wait: the next link gets the time. Thread-safe.
 */
final class Breaker {
    private final LinkLimits.Breaking limits;
    private final LongSupplier nanoClock;
    private int failures;
    private long failedAt;
    private boolean isTrying;

    Breaker(LinkLimits.Breaking limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
    }

    /** Whether a question may be asked now; each yes is followed by one of the other calls. */
    synchronized boolean admits() {
        if (failures < limits.failures()) {
            return true;
        }
        if (isTrying || nanoClock.getAsLong() - failedAt < limits.pause().toNanos()) {
            return false;
        }
        isTrying = true;
        return true;
    }

    /** The backend answered. True if it had been left alone before. */
    synchronized boolean succeeded() {
        boolean wasOpen = failures >= limits.failures();
        failures = 0;
        isTrying = false;
        return wasOpen;
    }

    /** The backend did not answer. True if it is left alone from now on, and was not before. */
    synchronized boolean failed() {
        failedAt = nanoClock.getAsLong();
        isTrying = false;
        boolean wasOpen = failures >= limits.failures();
        failures = wasOpen ? failures : failures + 1;
        return !wasOpen && failures >= limits.failures();
    }

    /** The question did not get as far as the backend. */
    synchronized void gaveUp() {
        isTrying = false;
    }

    synchronized boolean isOpen() {
        return failures >= limits.failures();
    }
}
