// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InstanceViewTest {
    private static final Look<Counts> NONE = Look.seen(new Counts(0, 0, Map.of()));
    private static final Look<Counts> ONE = Look.seen(new Counts(1, 0, Map.of()));

    /** A client can be in before the instance that said so has counted it. */
    @Test
    void settled_countedAfterManyLooks_isCounted() {
        Iterator<Look<Counts>> looks =
                Stream.concat(Collections.nCopies(10, NONE).stream(), Stream.of(ONE)).iterator();

        assertThat(InstanceView.settled(looks::next, Duration.ofHours(1))).isEqualTo(ONE);
    }

    @Test
    void settled_neverCounted_isNoneWhenTimeIsUp() {
        assertThat(InstanceView.settled(() -> NONE, Duration.ofMillis(20))).isEqualTo(NONE);
    }

    @Test
    void settled_nothingToBeSeen_asksOnce() {
        Look<Counts> hidden = Look.hidden("no instance answers");

        assertThat(InstanceView.settled(List.of(hidden).iterator()::next, Duration.ofHours(1)))
                .isEqualTo(hidden);
    }
}
