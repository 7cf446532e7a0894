// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.LogPlace;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Counts what a relay does, for health and metrics. Thread-safe. */
final class RelayGauge {
    private final Clock clock;
    private RelayStatus.State state = RelayStatus.State.CONNECTING;
    private LogPlace relayed = LogPlace.START;
    private long messages;
    private long failures;
    private String failure = "";
    private Optional<Instant> failingSince = Optional.empty();
    private String rival = "";

    RelayGauge(Clock clock) {
        this.clock = clock;
    }

    synchronized void found(LogPlace place) {
        state = RelayStatus.State.RELAYING;
        relayed = place;
        failure = "";
        failingSince = Optional.empty();
    }

    synchronized void published(int count, LogPlace place) {
        messages += count;
        relayed = place;
    }

    /** True if it worked before: the moment to say it aloud once. */
    synchronized boolean failed(String why) {
        boolean first = failingSince.isEmpty();
        if (first) {
            failingSince = Optional.of(clock.instant());
        }
        failures++;
        failure = why;
        state = RelayStatus.State.RETRYING;
        return first;
    }

    synchronized void forked(String why) {
        failed(why);
        state = RelayStatus.State.FORKED;
    }

    synchronized void closed() {
        state = RelayStatus.State.CLOSED;
    }

    /** True if it is news. */
    synchronized boolean rival(String who) {
        boolean news = !who.isEmpty() && !who.equals(rival);
        rival = who;
        return news;
    }

    synchronized RelayStatus status(long size) {
        return new RelayStatus(
                state,
                size,
                relayed.next(),
                relayed.noted(),
                messages,
                failures,
                failure,
                failingSince,
                rival);
    }
}
