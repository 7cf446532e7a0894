// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The small form of {@code ops/bench --storm}: real servers, instances in processes. */
class StormIT {
    private static final int CLIENTS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** What must hold 3 of the storm: whoever was cut off comes back, and nobody stays outside. */
    @Test
    void storm_withAnInstanceKilledInTheMiddle_everybodyIsIn() throws Exception {
        Storm.Result result = Storm.run(CLIENTS, 1, true, PATIENCE);

        assertThat(result.in()).as(result::text).isEqualTo(CLIENTS);
        assertThat(result.answered()).isPositive();
        System.out.println("measured storm: " + result.text());
    }
}
