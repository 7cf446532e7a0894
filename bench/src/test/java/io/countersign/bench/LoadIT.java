// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** The load generator's short forms, against real servers. Rates are for {@code ops/bench}. */
class LoadIT {
    /** Generous: two busy cores carry servers, instances and clients. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void storm_thousandClientsAndAKilledInstance_everybodyIsIn() throws Exception {
        Storm.Result result = Storm.run(1_000, true, LIMIT);

        assertThat(result.in()).as(result.text()).isEqualTo(1_000);
        assertThat(result.answered()).as(result.text()).isPositive();
    }

    @Test
    void replay_fewRequests_eachIsAnsweredOrCountedAsShed() throws Exception {
        try (Replay replay = new Replay("256m")) {
            double capacity = replay.capacity(500, 1_000);
            assertThat(capacity).isPositive();

            Replay.Result result = replay.openLoop(Math.min(200, capacity / 4), 3);

            assertThat(result.cpuMicros()).as(result.text()).isPositive();
            assertThat(result.inTime()).as(result.text()).isPositive();
        }
    }
}
