// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private final Rehearsal rehearsal =
            new Rehearsal(Ed25519.best(), new SecureRandom(), Clock.systemUTC());

    /** A refused or dropped request would take a shorter way than those that matter. */
    @Test
    void run_everyRequest_goesTheWholeWay() {
        assertThat(rehearsal.run(20, Duration.ofMinutes(1))).isEqualTo(20);
        assertThat(rehearsal.run(20, Duration.ofMinutes(1))).isEqualTo(20);
    }

    @Test
    void run_noTime_endsAtOnce() {
        assertThat(rehearsal.run(Integer.MAX_VALUE, Duration.ZERO)).isZero();
    }
}
