// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.Shadow;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the shadow policy was asked, and says at most once a minute how often it would have
 * decided otherwise: with a storm of logins the log must not have a line for each. Thread-safe.
 */
final class ShadowTally {
    private static final Logger log = LoggerFactory.getLogger(ShadowTally.class);
    private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong different = new AtomicLong();
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - BETWEEN_LINES);

    /** One login more. */
    void count(Optional<Shadow> difference, UUID entry) {
        asked.incrementAndGet();
        if (difference.isEmpty()) {
            return;
        }
        different.incrementAndGet();
        long now = System.nanoTime();
        long last = lastLine.get();
        if (now - last >= BETWEEN_LINES && lastLine.compareAndSet(last, now)) {
            log.info(
                    "the shadow policy sees {} of {} logins otherwise since the last such line; entry {}: {}",
                    different.getAndSet(0),
                    asked.getAndSet(0),
                    entry,
                    difference.get());
        }
    }
}
