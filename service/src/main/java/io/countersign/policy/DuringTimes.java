// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * It is one of these times of day. We ask it ourselves, and end sessions with the window, instead
 * of writing {@code times} into the user JWT: a server refuses a token of a scoped signing key that
 * has it (reference 4), and takes whatever its own clock and zone files say.
 */
record DuringTimes(Set<TimeWindow> windows, ZoneId zone) implements Condition {
    private static final DateTimeFormatter SHOWN =
            DateTimeFormatter.ofPattern("EEE HH:mm:ss", Locale.ROOT);

    DuringTimes {
        windows = Set.copyOf(windows);
    }

    @Override
    public Match test(Question question) {
        return Match.of(end(question.now()).isPresent());
    }

    /** A window that ends within the second is over: no session could be that short. */
    @Override
    public Optional<Instant> end(Instant now) {
        return windows.stream()
                .flatMap(window -> window.end(now, zone).stream())
                .max(Comparator.naturalOrder())
                .filter(end -> !end.isBefore(now.plusSeconds(1)));
    }

    @Override
    public Aspect aspect() {
        return Aspect.TIMES;
    }

    @Override
    public String expected() {
        return Condition.listed(windows.stream().map(TimeWindow::toString).toList()) + " " + zone;
    }

    @Override
    public String found(Question question) {
        return SHOWN.format(question.now().atZone(zone)) + " " + zone;
    }
}
