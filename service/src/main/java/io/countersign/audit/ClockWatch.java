// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Duration;

/**
 * Names the entries at which an instance's clock jumped: back, as its own log shows, or ahead of
 * those who received the entry. A notice, not a fault: the log's order does not rest on clocks.
 */
final class ClockWatch {
    /** Entries are logged a little out of order; more than this is a clock that went back. */
    private static final long TOLERANCE = Duration.ofSeconds(10).toMillis();

    private final Findings findings;
    private long latest;
    private boolean ahead;

    ClockWatch(Findings findings) {
        this.findings = findings;
    }

    /** The next entry's time. */
    void saw(long seq, long time) {
        if (time < latest - TOLERANCE) {
            findings.notice(seq, "the clock went back by " + Duration.ofMillis(latest - time));
            latest = time;
        } else {
            latest = Math.max(latest, time);
        }
    }

    /** When others received it; each stretch of entries from the future is named once. */
    void received(long seq, long time, long when) {
        boolean now = time > when + TOLERANCE;
        if (now && !ahead) {
            findings.notice(
                    seq,
                    "the clock was %s ahead of the stream's"
                            .formatted(Duration.ofMillis(time - when)));
        }
        ahead = now;
    }
}
