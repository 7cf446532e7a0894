// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How old a question is by the clock of the server that asks. */
class ServerClocksTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final ServerClocks clocks = new ServerClocks();
    private final NKey server = key();

    private static NKey key() {
        try (Seed seed = Seed.generate(NKeyType.SERVER, new SecureRandom())) {
            return seed.publicKey();
        }
    }

    /** A question that a server whose clock is so far off asked, and that arrived so much later. */
    private Duration waited(Duration at, Duration late, Duration off) {
        return clocks.waited(server, NOON.plus(at).plus(off), at.plus(late).toNanos());
    }

    private static Duration s(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Test
    void waited_ofAServerWithAnotherTime_isWhatIsMoreThanUsual() {
        assertThat(waited(s(0), s(0.2), s(-500))).isZero();
        assertThat(waited(s(10), s(3.2), s(-500))).isEqualTo(s(2)); // a second may be rounding
        assertThat(waited(s(11), s(1.1), s(-500))).isZero();
    }

    /** Before, every question of that server was too old for ever. */
    @Test
    void waited_ofAServerWhoseClockWasSetBack_isForgottenSoon() {
        assertThat(waited(s(0), s(0), s(0))).isZero();
        assertThat(waited(s(1), s(0), s(-4))).isEqualTo(s(3));
        assertThat(waited(s(61), s(0), s(-4))).isEqualTo(s(3)); // it may still be a queue
        assertThat(waited(s(90), s(0), s(-4))).isEqualTo(s(3));
        assertThat(waited(s(123), s(0), s(-4))).isZero();
        assertThat(waited(s(124), s(3), s(-4))).isEqualTo(s(2));
    }

    @Test
    void waited_ofAServerThatWasQuietForLong_beginsAnew() {
        waited(s(0), s(0), s(0));
        assertThat(waited(s(600), s(0), s(-4))).isZero();
    }

    @Test
    void waited_ofAServerWhoseClockWasSetAhead_isWhatIsMoreThanUsualSinceThen() {
        waited(s(0), s(0), s(0));
        assertThat(waited(s(1), s(0), s(4))).isZero();
        assertThat(waited(s(2), s(2), s(4))).isEqualTo(s(1));
    }
}
