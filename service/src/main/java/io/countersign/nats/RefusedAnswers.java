// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a minute that a server refused what we allowed: time for a look at health to see
 * it, and an end of it once the set-up is right again. Thread-safe.
 */
final class RefusedAnswers {
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** The server's words are the reason of a disconnect; longer ones are cut. */
    private static final int LONGEST = 200;

    private final LongSupplier nanoClock;
    private volatile @Nullable Refusal last;

    private record Refusal(String server, String reason, long at) {}

    /**
     * @param nanoClock monotonic, {@code System::nanoTime} outside tests
     */
    RefusedAnswers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Another. */
    void add(String server, String reason) {
        String words = reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
        last = new Refusal(server, words, nanoClock.getAsLong());
    }

    /** The last, if it was within the last minute. */
    Optional<String> problem() {
        Refusal seen = last;
        if (seen == null) {
            return Optional.empty();
        }
        long ago = nanoClock.getAsLong() - seen.at();
        return ago > REMEMBERED.toNanos()
                ? Optional.empty()
                : Optional.of(
                        "server %s did not accept an allow of ours %d s ago: %s"
                                .formatted(
                                        seen.server(),
                                        TimeUnit.NANOSECONDS.toSeconds(ago),
                                        seen.reason()));
    }
}
