// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts entries of dropped requests that the trail did not take, and says so at most once a
 * second: a flood that fills the trail must not fill the log as well. No answer depends on such an
 * entry. Thread-safe.
 */
final class LostEntries {
    private static final Logger log = LoggerFactory.getLogger(LostEntries.class);
    private static final long BETWEEN_LINES = Duration.ofSeconds(1).toNanos();

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - BETWEEN_LINES);

    void another(Throwable cause) {
        long all = count.incrementAndGet();
        long now = System.nanoTime();
        long last = lastLine.get();
        if (now - last >= BETWEEN_LINES && lastLine.compareAndSet(last, now)) {
            log.error(
                    "{} entries of dropped requests are lost so far; the last: {}",
                    all,
                    cause.getMessage());
        }
    }
}
