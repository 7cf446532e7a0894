// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EntryIdsTest {
    private final AtomicLong millis = new AtomicLong(Entries.NOW.toEpochMilli());
    private final InstantSource source = () -> Instant.ofEpochMilli(millis.get());
    private final EntryIds ids = new EntryIds(source.withZone(ZoneOffset.UTC), new Random(1));

    @Test
    void next_anyTime_isVersion7OfThatMillisecond() {
        UUID id = ids.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(millis.get());
    }

    @Test
    void next_clockStandsStillOrGoesBack_staysIncreasingAndUnique() {
        Set<UUID> seen = new HashSet<>();
        String before = "";
        for (int i = 0; i < 10_000; i++) { // more than the counter's 4,096
            if (i % 100 == 0) {
                millis.addAndGet(-3);
            }
            UUID id = ids.next();
            assertThat(id.toString()).isGreaterThan(before);
            assertThat(seen.add(id)).isTrue();
            assertThat(id.version()).isEqualTo(7);
            before = id.toString();
        }
    }

    @Test
    void next_twoGenerators_doNotMeet() {
        EntryIds other = new EntryIds(Clock.fixed(Entries.NOW, ZoneOffset.UTC), new Random(2));
        assertThat(ids.next()).isNotEqualTo(other.next());
    }
}
